//! This file starts the demo: everything authcore does, configured by the environment.
//!
//! ```text
//! setting.rs    what the environment says, and every mistake in it at once
//! database.rs   where users live
//! newcomer.rs   what a newcomer has not set: a secret, and somebody to sign in with
//! provider.rs   the ways to sign in: the catalogue, files of one's own, a plain OpenID provider
//! removal.rs    what has ended is removed, every hour
//! revocation.rs tokens of accounts that went are revoked, every minute
//! server.rs     where it listens, and how it ends
//! site.rs       the pages ── html.rs what they have in common
//! accounts.rs   what a person signs in with, and what they disconnect
//! sessions.rs   where a person is signed in, and what they end there
//! ```

mod accounts;
mod database;
mod html;
mod newcomer;
mod provider;
mod removal;
mod revocation;
mod server;
mod sessions;
mod setting;
mod site;

use std::{process::ExitCode, sync::Arc};

use authcore::{
    Auth, AuthBuilder,
    adapter::Adapter,
    config::{Env, Problem},
    model::Secret,
};

use server::{Loopback, Signals};
use setting::Setting;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| "warn,authcore=info,demo=info".into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problems) => {
            eprintln!("The demo cannot start; {} to mend:", problems.len());
            for problem in &problems {
                eprintln!("- {problem}");
            }
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Vec<Problem>> {
    let env = Env::process();
    let setting = checked(&env)?;
    let parts = Parts::make(&env, &setting).await?;
    let port = parts.listener.port();
    let url = setting.url(port);
    let known = env.secrets().pop().map(|(_, secret)| secret);
    let seed = parts.secret.clone().or(known);
    let seed = seed.map_or_else(String::new, |secret| secret.expose().to_owned());
    let mut auth = builder(&env, &setting, port).session(setting.session);
    if let Some(secret) = parts.secret {
        auth = auth.secret(secret);
    }
    if let Some(adapter) = parts.adapter {
        auth = auth.shared_adapter(adapter);
    }
    let mut guide = Vec::new();
    let mut local_provider = None;
    if setting.providers.is_empty() {
        let local = newcomer::local_wikimedia(&url, &seed).await?;
        guide = local.guide;
        local_provider = Some(local.running);
        auth = auth.provider(local.provider);
    }
    let auth = auth.build().map_err(|problems| problems.list().to_vec())?;
    if local_provider.is_none() {
        guide = site::callbacks(&auth);
    }
    let signals = Signals::listen().map_err(failed)?;
    println!("The demo is at {}{}", auth.origin(), html::link(&auth, ""));
    if auth.origin() != format!("http://localhost:{port}") {
        println!("It listens on port {port} of this machine.");
    }
    for line in guide {
        println!("{line}");
    }
    println!("Press Ctrl+C to stop.");
    let removal = tokio::spawn(removal::run(auth.clone()));
    let revocation = tokio::spawn(revocation::run(auth.clone()));
    let served = server::serve(parts.listener, site::routes(auth), signals).await;
    removal.abort();
    revocation.abort();
    drop(local_provider);
    served.map_err(failed)
}

fn failed(error: std::io::Error) -> Vec<Problem> {
    let what = format!("the server failed: {error}");
    vec![Problem::new("server_failed", what, "start the demo again")]
}

/// What the environment says, once nothing in it is wrong: neither to the demo nor to authcore.
/// Nothing was made or opened until then.
fn checked(env: &Env) -> Result<Setting, Vec<Problem>> {
    let mut problems = Vec::new();
    let setting = Setting::read(env, &mut problems);
    if let Err(found) = builder(env, &setting, setting.port).build() {
        // A newcomer's secret is made later.
        let found = found.list().iter();
        problems.extend(found.filter(|it| it.code != "secret_missing").cloned());
    }
    if problems.is_empty() {
        Ok(setting)
    } else {
        Err(problems)
    }
}

fn builder(env: &Env, setting: &Setting, port: u16) -> AuthBuilder {
    Auth::builder()
        .env(env.clone())
        .url(setting.url(port))
        .user_agent(setting.user_agent(port))
        .providers(setting.providers.clone())
}

/// What the demo needs of this machine.
struct Parts {
    listener: Loopback,
    secret: Option<Secret>,
    adapter: Option<Arc<dyn Adapter>>,
}

impl Parts {
    async fn make(env: &Env, setting: &Setting) -> Result<Self, Vec<Problem>> {
        let listener = Loopback::bind(setting.port).await;
        let secret = newcomer::secret(env);
        let adapter = setting.database.open(setting.schema.clone()).await;
        match (listener, secret, adapter) {
            (Ok(listener), Ok(secret), Ok(adapter)) => Ok(Self {
                listener,
                secret,
                adapter,
            }),
            (listener, secret, adapter) => {
                let found = [listener.err(), secret.err(), adapter.err()];
                Err(found.into_iter().flatten().collect())
            }
        }
    }
}
