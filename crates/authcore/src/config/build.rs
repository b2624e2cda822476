//! This file makes an [`Auth`] of what an application has set and what the environment says, or says
//! everything that is wrong, at once.

use std::{collections::HashSet, sync::Arc, time::Duration};

use super::{
    AuthBuilder, Env, FieldPolicies, IntoProvider, Problem, Problems, ProviderSetting, SessionKind,
    url,
};
use crate::{
    Auth,
    adapter::Adapter,
    clock::SystemClock,
    context::Context,
    hooks::NoHooks,
    login::Attempts,
    model::Secret,
    pages::{Look, SiteScheme},
    provider::Provider,
    session::{DatabaseSessions, JwtCodec, JwtSessions, SessionStrategy},
    tokens::{Flights, REFRESH_MARGIN},
    transport::{Introduced, Transport},
    web::cookie::CookieNames,
};

/// The fewest bytes of a secret: 32, for a key of 256 bits.
pub const SECRET_BYTES: usize = 32;

impl AuthBuilder {
    /// Makes the [`Auth`]. Nothing is sent anywhere: a provider that is down harms no start-up.
    ///
    /// # Errors
    /// Everything that is wrong, each with its mend.
    pub fn build(mut self) -> Result<Auth, Problems> {
        let env = self.env.take().unwrap_or_else(Env::process);
        let mut problems = Vec::new();
        let site = url::site(self.url.as_deref(), &env, &mut problems);
        let secrets = secrets(std::mem::take(&mut self.secrets), &env, &mut problems);
        let user_agent = self
            .user_agent
            .take()
            .or_else(|| env.get("AUTH_USER_AGENT").map(String::from));
        let transport = transport(self.transport.take(), user_agent.as_deref(), &mut problems);
        let user_agent = match &transport {
            Some(transport) => transport.user_agent().map(String::from),
            None => user_agent,
        };
        let setting = ProviderSetting::new(&env, user_agent.as_deref());
        let providers = providers(std::mem::take(&mut self.providers), &setting, &mut problems);
        let max_age = self.max_age.unwrap_or(Duration::from_secs(30 * 86_400));
        let update_age = self.update_age.unwrap_or(Duration::from_secs(86_400));
        if max_age.is_zero() {
            problems.push(Problem::new(
                "session_max_age",
                "a session would end as it begins",
                "give session_max_age() a duration of at least a second",
            ));
        }
        self.check_store(&mut problems);
        self.check_needs(&providers, &mut problems);
        problems.extend(self.theme.problems());
        problems.extend(self.moves.problems(&providers));
        let fields = FieldPolicies::new(self.profile_sync, std::mem::take(&mut self.field_sync));
        problems.extend(fields.problems());
        let (Some(site), Some(transport), []) = (site, transport, problems.as_slice()) else {
            return Err(Problems(problems));
        };
        for (name, page) in self.own_pages() {
            if !page.is_usable(&site.origin) {
                problems.push(Problem::new(
                    "page_unusable",
                    format!("the {name} page is neither a path nor a URL"),
                    "give it a path that begins with a slash, such as /sign-in",
                ));
            }
        }
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let names = CookieNames::new(site.scheme);
        if let Some(adapter) = &self.adapter {
            adapter.use_secrets(&secrets);
        }
        let in_database = || {
            let seen_age = self.seen_age.unwrap_or(DatabaseSessions::SEEN_AGE);
            Arc::new(DatabaseSessions::new(max_age, update_age).seen_age(seen_age))
        };
        let sessions: Arc<dyn SessionStrategy> = match self.session {
            SessionKind::Custom(own) => own,
            SessionKind::Database => in_database(),
            SessionKind::Automatic if keeps_sessions(self.adapter.as_deref()) => in_database(),
            SessionKind::Automatic | SessionKind::Jwt => {
                let codec = JwtCodec::new(&secrets, &names.session);
                Arc::new(JwtSessions::new(codec, max_age, update_age))
            }
        };
        let infos = providers
            .iter()
            .map(|provider: &Arc<dyn Provider>| provider.info());
        Ok(Auth::new(Context {
            look: Look::new(self.theme, infos),
            site: SiteScheme::of(&site.origin),
            attempts: Attempts::new(&secrets),
            flights: Flights::new(self.refresh_margin.unwrap_or(REFRESH_MARGIN)),
            origin: site.origin,
            base_path: site.base_path,
            scheme: site.scheme,
            names,
            secrets,
            providers,
            adapter: self.adapter,
            sessions,
            hooks: self.hooks.unwrap_or_else(|| Arc::new(NoHooks)),
            transport,
            clock: self.clock.unwrap_or_else(|| Arc::new(SystemClock)),
            pages: self.pages,
            fields,
            moves: self.moves,
        }))
    }

    /// Sessions in the database need a database that keeps sessions.
    fn check_store(&self, problems: &mut Vec<Problem>) {
        if matches!(self.session, SessionKind::Database) && !keeps_sessions(self.adapter.as_deref())
        {
            let what = match self.adapter {
                Some(_) => "sessions are to be in the database, but the adapter keeps none",
                None => "sessions are to be in the database, but there is no adapter",
            };
            let mend = "call adapter() with one that keeps sessions, or session(SessionKind::Jwt)";
            problems.push(Problem::new("session_store_missing", what, mend));
        }
    }

    /// What a provider cannot do without, the adapter must keep.
    fn check_needs(&self, providers: &[Arc<dyn Provider>], problems: &mut Vec<Problem>) {
        for provider in providers {
            for store in provider.needs() {
                let kept = self.adapter.as_deref().is_some_and(|it| store.is_in(it));
                if !kept {
                    let what = format!(
                        "the provider `{}` needs a store of {}, and {}",
                        provider.info().id,
                        store.keeps(),
                        match self.adapter {
                            Some(_) => "the adapter has none",
                            None => "there is no adapter",
                        }
                    );
                    let mend = "call adapter() with one that has it, or leave the provider out";
                    problems.push(Problem::new("store_missing", what, mend));
                }
            }
        }
    }

    fn own_pages(&self) -> impl Iterator<Item = (&'static str, &super::CustomPage)> {
        let pages = &self.pages;
        [
            ("sign-in", &pages.sign_in),
            ("sign-out", &pages.sign_out),
            ("error", &pages.error),
            ("verify-request", &pages.verify_request),
            ("new-user", &pages.new_user),
        ]
        .into_iter()
        .filter_map(|(name, page)| Some((name, page.as_ref()?)))
    }
}

fn keeps_sessions(adapter: Option<&dyn Adapter>) -> bool {
    adapter.is_some_and(|adapter| adapter.sessions().is_some())
}

fn secrets(set: Vec<Secret>, env: &Env, problems: &mut Vec<Problem>) -> Vec<Secret> {
    let mend = "set AUTH_SECRET to what `openssl rand -base64 33` prints";
    let secrets = if set.is_empty() {
        let named = env.secrets().into_iter();
        named.map(|(_, secret)| secret).collect()
    } else {
        set
    };
    if secrets.is_empty() {
        problems.push(Problem::new("secret_missing", "there is no secret", mend));
    }
    for (place, secret) in secrets.iter().enumerate() {
        let length = secret.expose().len();
        if length < SECRET_BYTES {
            let what = format!(
                "secret {} of {} has {length} bytes; it needs at least {SECRET_BYTES}",
                place + 1,
                secrets.len()
            );
            problems.push(Problem::new("secret_too_short", what, mend));
        }
    }
    secrets
}

fn providers(
    set: Vec<Box<dyn IntoProvider>>,
    setting: &ProviderSetting<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<Arc<dyn Provider>> {
    let mut providers: Vec<Arc<dyn Provider>> = Vec::new();
    for provider in set {
        match provider.into_provider(setting) {
            Ok(provider) => providers.push(provider),
            Err(wrong) => problems.extend(wrong),
        }
    }
    let mut ids = HashSet::new();
    for provider in &providers {
        let id = &provider.info().id;
        if !ids.insert(id.clone()) {
            problems.push(Problem::new(
                "provider_repeated",
                format!("two providers have the id `{id}`"),
                "give one of them another id, or leave it out",
            ));
        }
    }
    providers
}

/// The transport that was set, else the HTTP client; either says who asks, if that is known.
fn transport(
    set: Option<Arc<dyn Transport>>,
    user_agent: Option<&str>,
    problems: &mut Vec<Problem>,
) -> Option<Arc<dyn Transport>> {
    let Some(inner) = set.or_else(http_client) else {
        problems.push(Problem::new(
            "transport_missing",
            "there is no way to the network",
            "call transport(), or enable authcore's feature `reqwest`",
        ));
        return None;
    };
    let Some(agent) = user_agent else {
        return Some(inner);
    };
    match http::HeaderValue::from_str(agent) {
        Ok(user_agent) => Some(Arc::new(Introduced { inner, user_agent })),
        Err(_) => {
            problems.push(Problem::new(
                "user_agent_unusable",
                "the User-Agent has characters that a header cannot have",
                "use printable ASCII: MyApp/1.0 (https://example.org; ops@example.org)",
            ));
            None
        }
    }
}

#[cfg(feature = "reqwest")]
fn http_client() -> Option<Arc<dyn Transport>> {
    Some(Arc::new(crate::transport::HttpClient::builder().build()))
}

#[cfg(not(feature = "reqwest"))]
fn http_client() -> Option<Arc<dyn Transport>> {
    None
}

#[cfg(test)]
mod tests;
