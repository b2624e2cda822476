//! This folder is a local identity provider: a server on this machine that stands in for any provider
//! of the catalogue, checks what a strict one checks, and misbehaves on demand.
//!
//! ```text
//! server.rs ─ received.rs      a request comes, is written down, and goes to its part
//!   ├ authorize.rs ─ page.rs   who would you like to be?       ─┐
//!   ├ token.rs ─ grants.rs     code → tokens                    ├ what all providers share
//!   ├ revocation.rs            the end of tokens                 │
//!   └ profile.rs               who it is                       ─┘
//! habits.rs                    what one of any kind can do otherwise
//! persona.rs                   in what they differ:
//!   mediawiki.rs · openid.rs ─ keys.rs · script.rs
//! stand_in.rs                  a persona from a provider's own file
//! mischief.rs                  what goes wrong when a test asks for it
//! transport.rs                 how an application's requests come here
//! ```
//!
//! ```no_run
//! use authcore_testing::identity::{Client, LocalProvider, Persona};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let wiki = LocalProvider::standing_in(Persona::MediaWiki)
//!     .client(Client::new("app", "secret").redirect_uri("http://127.0.0.1:3000/api/auth/callback/wikimedia"))
//!     .start()
//!     .await?;
//! wiki.visitor_is("ada");
//! let transport = wiki.transport(); // https://meta.wikimedia.org now answers from this machine
//! # Ok(())
//! # }
//! ```

mod answer;
mod authorize;
mod builder;
mod grants;
mod habits;
mod keys;
mod mediawiki;
mod mischief;
mod openid;
mod page;
mod person;
mod persona;
mod profile;
mod received;
mod revocation;
mod script;
mod server;
mod stand_in;
mod state;
mod token;
mod transport;

use std::{
    fmt,
    net::SocketAddr,
    sync::{Arc, atomic::Ordering},
};

use axum::Router;
use http::StatusCode;
use serde_json::Value;

pub use builder::LocalProviderBuilder;
pub use keys::Algorithm;
pub use mischief::Mischief;
pub use person::{Client, Person, Standing};
pub use persona::Persona;
pub use received::{Endpoint, REMEMBERED, Received};
pub use script::{NotAPlace, Script};
pub use stand_in::{CannotStandIn, RECORDED, Recorded};
pub use transport::LocalTransport;

use crate::hosts::Hosts;
use state::State;

/// A running local provider. Clones are the same provider; it ends with the last of them.
#[derive(Clone)]
pub struct LocalProvider {
    running: Arc<Running>,
}

struct Running {
    state: Arc<State>,
    address: Option<SocketAddr>,
    /// Made once: a client reads the machine's certificates.
    transport: LocalTransport,
    hosts: Hosts,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.state.ending.send_replace(true);
    }
}

impl LocalProvider {
    /// A provider that stands in for somebody, about to be started.
    #[must_use]
    pub fn standing_in(persona: impl Into<Persona>) -> LocalProviderBuilder {
        LocalProviderBuilder::new(persona.into())
    }

    /// Where the server really is, such as `http://127.0.0.1:41234`; for an embedded provider, the
    /// base URL that was given.
    #[must_use]
    pub fn url(&self) -> String {
        match self.running.address {
            Some(address) => format!("http://{address}"),
            None => self.running.state.setting.issuer.clone(),
        }
    }

    /// The issuer: what `iss` says, and where discovery begins.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.running.state.setting.issuer
    }

    /// The hosts that it stands in for, for a [`Browser`](crate::browser::Browser) and for a
    /// [`LocalTransport`].
    #[must_use]
    pub fn hosts(&self) -> Hosts {
        self.running.hosts.clone()
    }

    /// A transport that sends requests for the stood-in hosts here.
    #[must_use]
    pub fn transport(&self) -> LocalTransport {
        self.running.transport.clone()
    }

    /// The provider as routes, to serve it from an application of one's own.
    pub fn router(&self) -> Router {
        server::router(&self.running.state)
    }

    /// Registers another application, or changes one that has the same id.
    pub fn register(&self, client: Client) {
        let mut world = self.running.state.world();
        world.clients.retain(|known| known.id != client.id);
        world.clients.push(client);
    }

    /// Adds somebody, or changes the one who has the same login.
    pub fn add_person(&self, person: Person) {
        let mut world = self.running.state.world();
        match world.people.iter_mut().find(|p| p.login == person.login) {
            Some(known) => *known = person,
            None => world.people.push(person),
        }
    }

    /// From now on every visitor is the one with this login, without being asked.
    pub fn visitor_is(&self, login: impl Into<String>) {
        self.running.state.world().visitor = Visitor::Is(login.into());
    }

    /// From now on every visitor presses Cancel.
    pub fn visitor_refuses(&self) {
        self.running.state.world().visitor = Visitor::Refuses;
    }

    /// From now on every visitor is asked by a page. It begins like this.
    pub fn visitor_chooses(&self) {
        self.running.state.world().visitor = Visitor::Chooses;
    }

    /// From now on it does this too.
    pub fn misbehave(&self, mischief: Mischief) {
        let mut world = self.running.state.world();
        if !world.does(mischief) {
            world.mischief.push(mischief);
        }
    }

    /// From now on an endpoint answers this, whatever it is asked: a provider's own kind of error.
    pub fn answer_instead(&self, endpoint: Endpoint, status: StatusCode, answer: Value) {
        let mut world = self.running.state.world();
        world.instead.insert(endpoint, (status, answer));
    }

    /// From now on it behaves.
    pub fn behave(&self) {
        let mut world = self.running.state.world();
        world.mischief.clear();
        world.instead.clear();
    }

    /// Changes the keys and their ids, at once and without overlap.
    ///
    /// # Errors
    /// [`Fault`] when the next keys cannot be made.
    pub fn rotate_keys(&self) -> Result<(), Fault> {
        self.running.state.world().keys.rotate()
    }

    /// Changes the keys and keeps their ids, as a development server does that is started again.
    ///
    /// # Errors
    /// [`Fault`] when the next keys cannot be made.
    pub fn replace_keys(&self) -> Result<(), Fault> {
        self.running.state.world().keys.replace()
    }

    /// Ends every access and refresh token, as when somebody withdraws their consent.
    pub fn revoke_all_tokens(&self) {
        self.running.state.world().grants.revoke_everything();
    }

    /// Whether an access token is good now.
    #[must_use]
    pub fn honours(&self, access_token: &str) -> bool {
        let state = &self.running.state;
        let now = state.setting.now();
        state.world().grants.access(access_token, now).is_some()
    }

    /// How many requests an endpoint has had.
    #[must_use]
    pub fn count(&self, endpoint: Endpoint) -> usize {
        self.running.state.world().log.count(endpoint)
    }

    /// The requests so far, oldest first; the latest [`REMEMBERED`].
    #[must_use]
    pub fn requests(&self) -> Vec<Received> {
        self.running.state.world().log.all()
    }

    /// The requests to one endpoint, oldest first.
    #[must_use]
    pub fn requests_to(&self, endpoint: Endpoint) -> Vec<Received> {
        let mut requests = self.requests();
        requests.retain(|request| request.endpoint == endpoint);
        requests
    }

    /// Forgets the requests so far and their counts.
    pub fn forget_requests(&self) {
        self.running.state.world().log.clear();
    }

    /// Waits until as many requests as this hang unanswered because of [`Mischief::Silent`].
    pub async fn until_waiting(&self, count: usize) {
        let state = &self.running.state;
        loop {
            let changed = state.waiting_changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if state.waiting.load(Ordering::SeqCst) == count {
                return;
            }
            changed.await;
        }
    }
}

impl fmt::Debug for LocalProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalProvider")
            .field("address", &self.running.address)
            .field("issuer", &self.issuer())
            .finish_non_exhaustive()
    }
}

/// Whether the answer to the browser says whose it is (RFC 9207).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IssInAnswer {
    /// It does, and discovery promises it.
    #[default]
    Sent,
    /// It does not.
    Omitted,
}

/// Who is in front of the browser.
#[derive(Debug, Clone)]
enum Visitor {
    Chooses,
    Refuses,
    Is(String),
}

/// Why a local provider could not be started or could not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The port is taken, or the machine allows no more.
    #[error("the local provider cannot listen: {0}")]
    Listen(#[source] std::io::Error),
    /// This is not an origin.
    #[error("`{0}` is not an http or https origin")]
    Origin(String),
    /// The built-in keys cannot be read.
    #[error("the local provider has no keys")]
    Keys,
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    Entropy,
}
