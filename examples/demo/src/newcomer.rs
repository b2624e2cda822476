//! This file gives a newcomer what they have not set: a secret that survives a restart, and somebody
//! to sign in with. Neither is used once the environment says better.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::Write,
    path::Path,
};

use authcore::{
    config::{Env, Problem},
    model::Secret,
    provider::OAuth,
    random,
};
use authcore_testing::identity::{Client, LocalProvider, Persona};

/// Where the demo keeps what it makes.
const FOLDER: &str = "demo-data";

const SECRETS: [&str; 4] = [
    "AUTH_SECRET",
    "AUTH_SECRET_1",
    "AUTH_SECRET_2",
    "AUTH_SECRET_3",
];

/// The secret of an earlier run, or a new one; `None` when the environment has one. It is written
/// down, readable by this user alone, because what is encrypted in the database needs it again.
pub(crate) fn secret(env: &Env) -> Result<Option<Secret>, Problem> {
    if SECRETS.iter().any(|name| env.get(name).is_some()) {
        return Ok(None);
    }
    let file = Path::new(FOLDER).join("secret");
    let unusable = |what: String| {
        let mend = "start the demo in a folder that can be written, or set AUTH_SECRET to what \
                    `openssl rand -base64 33` prints";
        Problem::new("secret_unusable", what, mend)
    };
    match fs::read_to_string(&file) {
        Ok(text) => return Ok(Some(Secret::new(text.trim()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => {
            return Err(unusable(format!(
                "{} cannot be read: {error}",
                file.display()
            )));
        }
    }
    let secret = random::token().map_err(|error| unusable(error.to_string()))?;
    write(&file, &secret)
        .map_err(|error| unusable(format!("{} cannot be written: {error}", file.display())))?;
    println!(
        "A secret for this demo was made and kept in {}.",
        file.display()
    );
    Ok(Some(secret.into()))
}

fn write(file: &Path, secret: &str) -> std::io::Result<()> {
    fs::create_dir_all(FOLDER)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    writeln!(options.open(file)?, "{secret}")
}

/// A provider that runs beside the demo.
pub(crate) struct Local {
    pub(crate) provider: OAuth,
    /// What to tell the newcomer.
    pub(crate) guide: Vec<String>,
    /// It ends when this is dropped.
    pub(crate) running: LocalProvider,
}

/// Starts a stand-in for Wikimedia that answers in its real shapes.
///
/// Its port follows from the demo's secret, so that a restart finds the same server: accounts of another
/// one are refused.
pub(crate) async fn local_wikimedia(
    auth_url: &str,
    demo_secret: &str,
) -> Result<Local, Vec<Problem>> {
    let secret = random::token().map_err(|error| failed(&error))?;
    let callback = format!("{}/callback/wikimedia", auth_url.trim_end_matches('/'));
    let builder = || {
        let client = Client::new("demo", secret.as_str()).redirect_uri(callback.clone());
        LocalProvider::standing_in(Persona::MediaWiki).client(client)
    };
    let running = match builder().start_on(port(demo_secret)).await {
        Ok(running) => running,
        // Something else is there.
        Err(_) => builder().start().await.map_err(|error| failed(&error))?,
    };
    let base_url = running.url();
    Ok(Local {
        provider: authcore_providers::wikimedia::provider()
            .client_id("demo")
            .client_secret(secret)
            .variable("base_url", base_url.as_str()),
        guide: vec![
            format!("No provider is configured, so a stand-in for Wikimedia runs at {base_url}."),
            "For the real one set AUTH_WIKIMEDIA_ID and AUTH_WIKIMEDIA_SECRET.".into(),
        ],
        running,
    })
}

/// One of 10,000 ports below those that systems give away.
fn port(secret: &str) -> u16 {
    let mut hasher = DefaultHasher::new();
    secret.hash(&mut hasher);
    u16::try_from(hasher.finish() % 10_000).map_or(20_000, |port| 20_000 + port)
}

fn failed(error: &dyn std::error::Error) -> Vec<Problem> {
    vec![Problem::new(
        "local_provider_failed",
        format!("the local provider cannot start: {error}"),
        "set AUTH_WIKIMEDIA_ID and AUTH_WIKIMEDIA_SECRET, or those of another provider",
    )]
}
