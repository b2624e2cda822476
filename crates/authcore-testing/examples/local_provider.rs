//! This file runs a local identity provider to look at and to sign in at by hand.
//!
//! `cargo run -p authcore-testing --example local_provider -- openid 4000` listens on port 4000; its
//! client is `app` with the secret `secret`, to be sent back to
//! `http://localhost:3000/api/auth/callback/<wikimedia or op>`.

use authcore_testing::identity::{Client, LocalProvider, Persona};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (persona, id) = match arguments.next().as_deref() {
        Some("openid") => (Persona::OpenId, "op"),
        Some("mediawiki") | None => (Persona::MediaWiki, "wikimedia"),
        Some(other) => return Err(format!("`{other}` is neither `openid` nor `mediawiki`").into()),
    };
    let port = match arguments.next() {
        Some(port) => port.parse()?,
        None => 0,
    };
    let callback = format!("http://localhost:3000/api/auth/callback/{id}");
    let provider = LocalProvider::standing_in(persona)
        .client(Client::new("app", "secret").redirect_uri(callback))
        .start_on(port)
        .await?;
    println!("{}", provider.url());
    std::future::pending::<()>().await;
    Ok(())
}
