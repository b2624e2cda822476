//! This file reads the environment as an application does, and tells what `build()` will say.

use authcore::{Auth, config::Env};
use authcore_providers::{AnyProvider, from_env, oidc};

use super::{Finding, Weight};

/// What everything here is about.
const ABOUT: &str = "configuration";

/// What the demo reads beside what every application reads.
const OF_THE_DEMO: [&str; 2] = ["AUTH_SESSION", "AUTH_SCHEMA"];

/// What is wrong with it, and the providers that it asks for.
pub(super) fn look(env: &Env) -> (Vec<Finding>, Vec<AnyProvider>) {
    let mut asked = from_env(env);
    // The demo's plain OpenID provider.
    asked.ask(env, oidc::provider().id("op").name("OpenID provider"));
    let mut findings: Vec<_> = asked
        .problems
        .iter()
        .map(|problem| Finding::of(ABOUT, Weight::Wrong, problem))
        .collect();
    let mut notes = env.suspicions();
    notes.extend(asked.unread(env, &OF_THE_DEMO));
    notes.extend(asked.renamed(env));
    let notes = notes
        .iter()
        .map(|problem| Finding::of(ABOUT, Weight::Note, problem));
    match Auth::builder()
        .env(env.clone())
        .providers(asked.providers.clone())
        .build()
    {
        Ok(auth) => findings.extend(endpoints(&auth, env)),
        Err(problems) => findings.extend(
            problems
                .list()
                .iter()
                .map(|problem| Finding::of(ABOUT, Weight::Wrong, problem)),
        ),
    }
    findings.extend(notes);
    // A file with a mistake asks for one.
    if asked.providers.is_empty() && asked.problems.is_empty() {
        let what = "no provider is asked for; those that are plugged in by code are not seen here";
        findings.push(Finding::note(ABOUT, what).mend("set AUTH_<ID>_ID, as in AUTH_GITHUB_ID"));
    }
    (findings, asked.providers)
}

/// Where the endpoints are, and what is to be registered with each provider.
fn endpoints(auth: &Auth, env: &Env) -> Vec<Finding> {
    let base = format!("{}{}", auth.origin(), auth.base_path());
    let mut findings = vec![Finding::fine(ABOUT, format!("the endpoints are at {base}"))];
    if auth.has_inner_path() {
        let what = format!(
            "requests are to arrive under {}: a proxy passes {base} on as that [AUTH_INNER_PATH]",
            auth.inner_path()
        );
        findings.push(Finding::fine(ABOUT, what));
    } else if !auth.base_path().starts_with("/api/") && auth.base_path().matches('/').count() > 1 {
        let what = format!(
            "requests are expected under {}, the whole path of AUTH_URL",
            auth.base_path()
        );
        let fix = "if a proxy takes a part of it away, set AUTH_INNER_PATH to what arrives";
        findings.push(Finding::note(ABOUT, what).mend(fix));
    }
    if auth.origin().starts_with("http:") {
        let what = "AUTH_URL is http: only browsers on this machine can sign in";
        findings.push(Finding::note(ABOUT, what).mend("set AUTH_URL to the public https URL"));
    }
    let secrets = env.secrets();
    if let Some((newest, _)) = secrets.first() {
        let what = match secrets.len() {
            1 => format!("{newest} seals and opens"),
            all => format!("{newest} seals, {all} secrets open"),
        };
        findings.push(Finding::fine(ABOUT, what));
    }
    for info in auth.providers() {
        let callback = format!("{base}/callback/{}", info.id);
        let what = format!("register the callback URL {callback}");
        findings.push(Finding::fine(info.id.as_str(), what));
    }
    findings
}
