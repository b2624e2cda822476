//! This file says what a local provider is to be, and starts it.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use authcore::clock::{Clock, SystemClock};
use serde_json::Value;
use url::Url;

use super::{
    Algorithm, Client, Endpoint, Fault, IssInAnswer, LocalProvider, LocalTransport, NotAPlace,
    Person, Persona, Running, Visitor,
    grants::Grants,
    habits::Habits,
    keys::Keys,
    person,
    received::Log,
    script::Place,
    server,
    state::{Setting, State, World},
};
use crate::hosts::{Hosts, is_loopback};

/// What a local provider is to be.
#[derive(Clone)]
pub struct LocalProviderBuilder {
    persona: Persona,
    issuer: Option<String>,
    origins: Vec<String>,
    iss: IssInAnswer,
    algorithm: Algorithm,
    clock: Arc<dyn Clock>,
    clients: Vec<Client>,
    people: Option<Vec<Person>>,
    visitor: Visitor,
    habits: Habits,
}

impl LocalProviderBuilder {
    pub(super) fn new(persona: Persona) -> Self {
        Self {
            persona,
            issuer: None,
            origins: Vec::new(),
            iss: IssInAnswer::Sent,
            algorithm: Algorithm::Rs256,
            clock: Arc::new(SystemClock),
            clients: Vec::new(),
            people: None,
            visitor: Visitor::Chooses,
            habits: Habits::default(),
        }
    }

    /// The issuer, such as `https://accounts.google.com`; its host is stood in for. Default: the
    /// address of the server.
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Another origin to stand in for, such as `https://en.wikipedia.org`.
    #[must_use]
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Whether the answer to the browser says `iss`. Default: [`IssInAnswer::Sent`] for those who
    /// have an issuer.
    #[must_use]
    pub fn iss_in_answer(mut self, iss: IssInAnswer) -> Self {
        self.iss = iss;
        self
    }

    /// How ID tokens are signed. Default: RS256.
    #[must_use]
    pub fn signing(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// The clock. Default: the machine's.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// An application that may use it. Default: none.
    #[must_use]
    pub fn client(mut self, client: Client) -> Self {
        self.clients.push(client);
        self
    }

    /// Somebody with an account. The first call replaces the people who are there by default:
    /// `ada`, `nomail`, `umlaut`, `unconfirmed` and, at a wiki, `blocked` and `hidden`.
    #[must_use]
    pub fn person(mut self, person: Person) -> Self {
        self.people.get_or_insert_default().push(person);
        self
    }

    /// Every visitor is the one with this login, without being asked.
    #[must_use]
    pub fn visitor_is(mut self, login: impl Into<String>) -> Self {
        self.visitor = Visitor::Is(login.into());
        self
    }

    /// The server calls this parameter so that others call `usual`: `appid` for `client_id`.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, usual: impl Into<String>) -> Self {
        self.habits.names.insert(name.into(), usual.into());
        self
    }

    /// What the server calls the code when it sends the browser back. Default: `code`.
    #[must_use]
    pub fn code_param(mut self, name: impl Into<String>) -> Self {
        self.habits.code = Some(name.into());
        self
    }

    /// Token requests must carry a JSON object of texts, and no form.
    #[must_use]
    pub fn json_token_requests(mut self) -> Self {
        self.habits.json_tokens = true;
        self
    }

    /// The token answer has its members below this JSON pointer, and single ones, by their usual names, at
    /// the pointers of `places` there: `/data` and `access_token` at `/accessToken`.
    #[must_use]
    pub fn token_answer(
        mut self,
        envelope: impl Into<String>,
        places: BTreeMap<String, String>,
    ) -> Self {
        self.habits.token_answer = Some((envelope.into(), places));
        self
    }

    /// An endpoint of an OpenID provider that is not below its issuer.
    ///
    /// # Errors
    /// [`NotAPlace`] when the URL is not an `http` or `https` URL.
    pub fn endpoint(mut self, endpoint: Endpoint, url: &str) -> Result<Self, NotAPlace> {
        self.habits.places.push((Place::read(url)?, endpoint));
        Ok(self)
    }

    /// Each tenant has an issuer of its own: this, with the person's `tid` for `{tenantid}`.
    #[must_use]
    pub fn tenant_issuer(mut self, template: impl Into<String>) -> Self {
        self.habits.tenant_issuer = Some(template.into());
        self
    }

    /// A field with JSON that comes back with every code.
    #[must_use]
    pub fn callback_field(mut self, name: impl Into<String>, value: Value) -> Self {
        self.habits.fields.push((name.into(), value.to_string()));
        self
    }

    /// A parameter that comes back with every code.
    #[must_use]
    pub fn callback_param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.habits.fields.push((name.into(), value.into()));
        self
    }

    /// Starts it on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// [`Fault`] when it cannot listen, or an origin is not one.
    pub async fn start(self) -> Result<LocalProvider, Fault> {
        self.start_on(0).await
    }

    /// Starts it on this port of 127.0.0.1.
    ///
    /// # Errors
    /// [`Fault`] when it cannot listen, or an origin is not one.
    pub async fn start_on(self, port: u16) -> Result<LocalProvider, Fault> {
        let (listener, address) = server::listen((Ipv4Addr::LOCALHOST, port).into()).await?;
        let running = self.running(&format!("http://{address}"), Some(address))?;
        // A server that fails is seen by whoever asks it next; there is nobody to tell before.
        tokio::spawn(server::serve(Arc::clone(&running.state), listener));
        Ok(LocalProvider {
            running: Arc::new(running),
        })
    }

    /// Makes it without a server; see [`LocalProvider::router`]. `base_url` is where the
    /// application that serves it can be reached.
    ///
    /// # Errors
    /// [`Fault`] when an origin is not one.
    pub fn embedded(self, base_url: &str) -> Result<LocalProvider, Fault> {
        let running = self.running(base_url.trim_end_matches('/'), None)?;
        Ok(LocalProvider {
            running: Arc::new(running),
        })
    }

    fn running(self, base_url: &str, address: Option<SocketAddr>) -> Result<Running, Fault> {
        let mut origins = self.origins;
        origins.extend(self.persona.manners().origins());
        origins.extend(self.issuer.clone());
        origins.extend(self.habits.places.iter().map(|(place, _)| place.origin()));
        let mut hosts = Hosts::new();
        for origin in origins {
            // An embedded provider is reached through its application, at the base URL.
            let Some(server) = address else { break };
            if Url::parse(&origin).is_ok_and(|url| is_loopback(&url)) {
                continue;
            }
            hosts = hosts
                .map(&origin, server)
                .map_err(|_| Fault::Origin(origin))?;
        }
        let scripted = match &self.persona {
            Persona::Scripted(script) => script.own_issuer().map(str::to_owned),
            _ => None,
        };
        let present = match &self.persona {
            Persona::MediaWiki => person::everybody_at_a_wiki(),
            Persona::OpenId | Persona::Scripted(_) => person::everybody(),
        };
        let setting = Setting {
            issuer: self
                .issuer
                .or(scripted)
                .unwrap_or_else(|| base_url.to_owned()),
            persona: self.persona,
            iss: self.iss,
            algorithm: self.algorithm,
            clock: self.clock,
            habits: self.habits,
        };
        let world = World {
            clients: self.clients,
            people: self.people.unwrap_or(present),
            visitor: self.visitor,
            mischief: Vec::new(),
            grants: Grants::default(),
            keys: Keys::new()?,
            log: Log::default(),
            instead: BTreeMap::new(),
        };
        Ok(Running {
            state: Arc::new(State::new(setting, world)),
            address,
            transport: LocalTransport::new(hosts.clone()),
            hosts,
        })
    }
}
