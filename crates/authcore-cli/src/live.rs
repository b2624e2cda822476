//! This file compares a provider's file with what its issuer says of itself.
//!
//! OpenID Connect Discovery 1.0, section 3; RFC 8414; RFC 9207.

use std::{collections::BTreeMap, fmt, time::SystemTime};

use authcore::{
    provider::spec::{ClientAuth, Pkce, ProviderSpec, Template},
    transport::{HttpClient, Transport},
};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::{
    Failure,
    demands::unmet,
    knock::State,
    show::{client_auth, discovery},
};

/// One thing in which file and issuer differ, or that cannot be compared.
#[derive(Debug)]
pub(crate) struct Finding {
    key: &'static str,
    weight: Weight,
    what: String,
}

/// Whether sign-in fails for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    Wrong,
    Note,
}

impl Finding {
    /// Of the token endpoint: that it is none, or that it does not say.
    pub(crate) fn at_token(state: State, what: String) -> Self {
        let weight = match state {
            State::Wrong => Weight::Wrong,
            State::Note | State::Fine => Weight::Note,
        };
        let key = "token";
        Self { key, weight, what }
    }

    pub(crate) fn is_wrong(&self) -> bool {
        self.weight == Weight::Wrong
    }

    pub(crate) fn json(&self) -> Value {
        let weight = match self.weight {
            Weight::Wrong => "wrong",
            Weight::Note => "note",
        };
        json!({ "key": self.key, "weight": weight, "what": self.what })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.key, self.what)
    }
}

/// What an issuer's document came to.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    pub(crate) findings: Vec<Finding>,
    /// Whether there was one.
    pub(crate) has_document: bool,
    /// The token endpoint that it names.
    pub(crate) token_endpoint: Option<String>,
    /// The moment that came with the answer (RFC 9110, section 6.6.1).
    pub(crate) date: Option<SystemTime>,
}

impl Compared {
    fn only(key: &'static str, weight: Weight, what: impl Into<String>) -> Self {
        let what = what.into();
        Self {
            findings: vec![Finding { key, weight, what }],
            has_document: false,
            token_endpoint: None,
            date: None,
        }
    }
}

/// Asks the issuer and compares. `filled` are the variables of the file.
pub(crate) async fn compare(
    spec: &ProviderSpec,
    filled: &BTreeMap<String, String>,
    client: &HttpClient,
) -> Compared {
    let lookup = |name: &str| filled.get(name).cloned();
    let fill = |template: &Template| template.fill(&lookup);
    let Some(issuer) = &spec.issuer else {
        return Compared::only("issuer", Weight::Note, "there is none to ask");
    };
    let Some(issuer) = filled.get("issuer").cloned().or_else(|| fill(issuer)) else {
        let what = "a variable is not filled in; give it with `--var name=value`";
        return Compared::only("issuer", Weight::Note, what);
    };
    let address = match spec.discovery.as_ref().map(fill) {
        Some(Some(address)) => address,
        _ => format!(
            "{}/.well-known/openid-configuration",
            issuer.trim_end_matches('/')
        ),
    };
    let (document, date) = match fetch(&address, client).await {
        Ok(answer) => answer,
        // A provider of OAuth 2 need not have one.
        Err(what) if discovery(spec).is_null() => {
            return Compared::only("issuer", Weight::Note, what);
        }
        Err(what) => return Compared::only("issuer", Weight::Wrong, what),
    };
    let note = |key, what: &str| Finding {
        key,
        weight: Weight::Note,
        what: what.into(),
    };
    let mut findings = Vec::new();
    own_words(spec, &issuer, &document, &mut findings);
    for (key, what) in unmet(spec, &document) {
        // What only differs was noted under the same key, in fewer words.
        findings.retain(|it: &Finding| it.key != key || it.is_wrong());
        findings.push(Finding {
            key,
            weight: Weight::Wrong,
            what,
        });
    }
    for (key, member, own) in [
        (
            "authorization",
            "authorization_endpoint",
            spec.authorization.as_ref().and_then(|it| it.url.as_ref()),
        ),
        (
            "token",
            "token_endpoint",
            spec.token.as_ref().and_then(|it| it.url.as_ref()),
        ),
        (
            "userinfo",
            "userinfo_endpoint",
            spec.userinfo.as_ref().and_then(|it| it.url.as_ref()),
        ),
        ("jwks", "jwks_uri", spec.jwks.as_ref()),
    ] {
        let (Some(own), Some(said)) = (own.and_then(fill), document[member].as_str()) else {
            continue;
        };
        if own != said {
            findings.push(note(
                key,
                &format!("the file says {own}, the issuer {said}"),
            ));
        }
    }
    Compared {
        findings,
        has_document: true,
        token_endpoint: document["token_endpoint"].as_str().map(str::to_owned),
        date,
    }
}

/// Issuer, scopes, algorithms, PKCE, client authentication.
fn own_words(spec: &ProviderSpec, issuer: &str, document: &Value, findings: &mut Vec<Finding>) {
    let mut add = |key, weight, what: String| findings.push(Finding { key, weight, what });
    let said = document["issuer"].as_str().unwrap_or_default();
    let by_tenant = spec.id_token.issuer.is_some();
    if said != issuer && !by_tenant {
        let what = format!(
            "the file says {issuer}, the document {said}; fix: {}",
            differ(issuer, said)
        );
        add("issuer", Weight::Wrong, what);
    }
    let lists = |member: &str| -> Option<Vec<&str>> {
        let list = document[member].as_array()?;
        Some(list.iter().filter_map(Value::as_str).collect())
    };
    if let Some(scopes) = lists("scopes_supported") {
        for scope in spec
            .scopes
            .iter()
            .filter(|it| !scopes.contains(&it.as_str()))
        {
            add(
                "scopes",
                Weight::Note,
                format!("the document does not list `{scope}`"),
            );
        }
    }
    if let Some(algorithms) = lists("id_token_signing_alg_values_supported")
        && !algorithms
            .iter()
            .any(|it| spec.id_token.algorithms.iter().any(|own| own == it))
    {
        let what = format!("the document has none of them: {}", algorithms.join(", "));
        add("id_token.algorithms", Weight::Wrong, what);
    }
    match (&spec.checks.pkce, lists("code_challenge_methods_supported")) {
        (Pkce::S256, Some(methods)) if !methods.contains(&"S256") => {
            add(
                "checks.pkce",
                Weight::Note,
                "the document does not list S256".into(),
            );
        }
        (Pkce::Plain(_) | Pkce::Refused(_), Some(methods)) if methods.contains(&"S256") => {
            add(
                "checks.pkce",
                Weight::Note,
                "the document lists S256: turn it on".into(),
            );
        }
        _ => {}
    }
    let method = match spec.client_auth {
        ClientAuth::Basic | ClientAuth::BasicUnencoded => "client_secret_basic",
        ClientAuth::Post | ClientAuth::SignedSecret => "client_secret_post",
        ClientAuth::ClientSecretJwt => "client_secret_jwt",
        ClientAuth::PrivateKeyJwt => "private_key_jwt",
        _ => return,
    };
    if let Some(methods) = lists("token_endpoint_auth_methods_supported")
        && !methods.contains(&method)
    {
        let own = client_auth(spec.client_auth);
        let what = format!("`{own}` is not listed: {}", methods.join(", "));
        add("client_auth", Weight::Note, what);
    }
}

/// What to do about two issuers that are not the same.
fn differ(issuer: &str, said: &str) -> &'static str {
    let plain = |issuer: &str| {
        let rest = issuer
            .split_once("://")
            .map(|(_, rest)| rest.trim_end_matches('/'));
        rest.map(str::to_ascii_lowercase)
    };
    if said.strip_suffix('/') == Some(issuer) {
        "add the slash at the end"
    } else if issuer.strip_suffix('/') == Some(said) {
        "take the slash at the end away"
    } else if plain(issuer) == plain(said) {
        "write it to the letter as the document does: they differ in http and https, in slashes, or in \
         upper and lower case"
    } else {
        "write it to the letter as the document does, if that is the server that is meant"
    }
}

const NO_DOCUMENT: &str =
    "fix: see that the issuer is right, with its path: its document is below it";

/// The document and its date, or what came instead.
async fn fetch(address: &str, client: &HttpClient) -> Result<(Value, Option<SystemTime>), String> {
    let request = http::Request::get(address)
        .header(http::header::ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(|_| format!("{address} is no address"))?;
    match client.send(request).await {
        Err(error) => Err(format!("{address}: {error}")),
        Ok(answer) if answer.status() != StatusCode::OK => Err(format!(
            "{address} answers with status {}; {NO_DOCUMENT}",
            answer.status().as_u16()
        )),
        Ok(answer) => match serde_json::from_slice(answer.body()) {
            Ok(document) => Ok((document, date(answer.headers()))),
            Err(_) => Err(format!(
                "{address} answers with something else than JSON; {NO_DOCUMENT}"
            )),
        },
    }
}

/// The moment of an answer, as its server knows it.
pub(crate) fn date(headers: &HeaderMap) -> Option<SystemTime> {
    let date = headers.get(http::header::DATE)?.to_str().ok()?;
    httpdate::parse_http_date(date).ok()
}

/// Runs something that waits for the network.
pub(crate) fn wait<F: Future>(work: F) -> Result<F::Output, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map(|runtime| runtime.block_on(work))
        .map_err(|error| Failure(format!("the system gives no timer or socket: {error}")))
}
