//! This file starts the demo: everything authcore does, configured by the environment.
//!
//! ```text
//! setting.rs    what the environment says, and every mistake in it at once
//! newcomer.rs   what a newcomer has not set: a secret, and somebody to sign in with
//! provider.rs   the ways to sign in: the catalogue, files of one's own, a plain OpenID provider
//! site.rs       the pages
//! ```

mod newcomer;
mod provider;
mod setting;
mod site;

use std::{net::Ipv4Addr, process::ExitCode};

use authcore::{
    Auth,
    config::{Env, Problem},
};
use authcore_sqlite::SqliteAdapter;
use tokio::net::TcpListener;

use setting::{Database, Setting};

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
    let setting = Setting::read(&env)?;
    let secret = newcomer::secret(&env)?;
    let listener = listen(setting.port).await?;
    let mut auth = Auth::builder()
        .env(env.clone())
        .url(&setting.url)
        .user_agent(&setting.user_agent)
        .session(setting.session);
    if let Some(secret) = secret {
        auth = auth.secret(secret);
    }
    let mut guide = Vec::new();
    let mut local_provider = None;
    if setting.providers.is_empty() {
        let local = newcomer::local_wikimedia(&setting.url).await?;
        guide = local.guide;
        local_provider = Some(local.running);
        auth = auth.provider(local.provider);
    } else {
        auth = auth.providers(setting.providers);
    }
    if let Database::Sqlite(url) = &setting.database {
        auth = auth.adapter(open(url, setting.schema).await?);
    }
    let auth = auth.build().map_err(|problems| problems.list().to_vec())?;
    println!("The demo is at {}", auth.origin());
    for line in guide {
        println!("{line}");
    }
    println!("Press Ctrl+C to stop.");
    let served = axum::serve(listener, site::routes(auth))
        .with_graceful_shutdown(async {
            // Without the signal the demo runs until it is ended from outside.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
        .await;
    drop(local_provider);
    served.map_err(|error| {
        let what = format!("the server failed: {error}");
        vec![Problem::new("server_failed", what, "start the demo again")]
    })
}

async fn listen(port: u16) -> Result<TcpListener, Vec<Problem>> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| {
            vec![Problem::new(
                "port_taken",
                format!("port {port} of this machine cannot be listened on: {error}"),
                "stop what listens there, or set PORT (and AUTH_URL) to another",
            )]
        })
}

async fn open(url: &str, schema: authcore_sqlite::Schema) -> Result<SqliteAdapter, Vec<Problem>> {
    SqliteAdapter::builder().schema(schema).connect(url).await.map_err(|error| {
        vec![Problem::new(
            "database_unusable",
            format!("the database cannot be opened: {error}"),
            "set DATABASE_URL to a file that can be written (sqlite:demo-data/authcore.db), or to none",
        )]
    })
}
