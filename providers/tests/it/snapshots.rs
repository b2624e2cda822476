//! This file compares what every provider is sent with what its folder says:
//! `snapshots/requests.txt` has the authorization URL, the token request and the requests for a
//! profile, of an attempt whose secrets are fixed.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p authcore-providers snapshots` writes them. Look at the difference
//! before it is committed: a parameter that is gone may be a check that is gone.

use std::{fmt::Write, fs, path::PathBuf, sync::Mutex};

use async_trait::async_trait;
use authcore::{
    config::{Env, IntoProvider, ProviderSetting},
    model::{Params, Timestamp},
    provider::{
        Attempt, Finish, Start, Started,
        spec::{Pkce, Protocol, ProviderSpec},
    },
    transport::{Transport, TransportError},
};
use authcore_testing::{clock::SettableClock, identity::LocalTransport};
use http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION, USER_AGENT};
use serde_json::Value;
use url::Url;

use crate::{
    code,
    suite::stage::{filled_in, fullest, key_variable, stand_in, with_secret},
};

const CALLBACK: &str = "https://app.example.org/api/auth/callback/";
const AGENT: &str = "catalogue-tests/1.0 (https://app.example.org)";

/// Writes down what is sent, and which words of it are another every time.
struct Recorder {
    inner: LocalTransport,
    /// Where a token answer has the tokens.
    tokens: Vec<(String, &'static str)>,
    sent: Mutex<Vec<http::Request<Vec<u8>>>>,
    changing: Mutex<Vec<(String, &'static str)>>,
}

#[async_trait]
impl Transport for Recorder {
    async fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        self.sent.lock().unwrap().push(request.clone());
        let answer = self.inner.send(request).await?;
        let json = serde_json::from_slice::<Value>(answer.body()).unwrap_or_default();
        for (place, word) in &self.tokens {
            if let Some(value) = json.pointer(place).and_then(Value::as_str) {
                self.changing.lock().unwrap().push((value.to_owned(), word));
            }
        }
        Ok(answer)
    }
}

/// All requests of one whole attempt, as text.
async fn requests_of(spec: &ProviderSpec) -> String {
    let golden = fullest(spec.id.as_str());
    let callback = format!("{CALLBACK}{}", spec.id);
    if spec.protocol == Protocol::Custom {
        let stand_in = code::stand_in(spec, &golden).await;
        return written(spec, &callback, code::filled_in(spec), stand_in.transport()).await;
    }
    let stand_in = stand_in(spec, &golden, &callback).await;
    let provider = filled_in(spec, &golden);
    let provider = match key_variable(spec) {
        Some(_) => provider,
        None => with_secret(spec, provider),
    };
    written(spec, &callback, provider, stand_in.transport()).await
}

/// Signs somebody in and writes down what was sent for it.
async fn written(
    spec: &ProviderSpec,
    callback: &str,
    provider: impl IntoProvider,
    transport: LocalTransport,
) -> String {
    let tokens = [
        ("access_token", "ACCESS-TOKEN"),
        ("refresh_token", "REFRESH-TOKEN"),
    ];
    let rules = &spec.token_answer;
    let tokens = tokens.map(|(name, word)| {
        let place = rules.members.get(name).map(ToString::to_string);
        let place = place.unwrap_or_else(|| format!("/{name}"));
        (format!("{}{place}", rules.envelope), word)
    });
    let recorder = Recorder {
        inner: transport,
        tokens: tokens.to_vec(),
        sent: Mutex::default(),
        changing: Mutex::default(),
    };
    let env = Env::none();
    let provider = Box::new(provider)
        .into_provider(&ProviderSetting::new(&env, Some(AGENT)))
        .unwrap_or_else(|problems| panic!("{}: {problems:?}", spec.id));

    let (attempt, none) = (Attempt::from_seed([7; 32]), Params::default());
    let now = now();
    let start = Start::new(&attempt, callback, &none, &none, &recorder, now);
    let Started::Redirect { url, keep } = provider.start(&start).await.unwrap() else {
        panic!("{}: nobody is sent anywhere", spec.id);
    };
    let mut text = String::from(
        "# Written by `UPDATE_SNAPSHOTS=1 cargo test -p authcore-providers snapshots`. Addresses that\n\
         # are discovered are those of the stand-in.\n\n",
    );
    section(&mut text, "authorization", "GET", &url);
    let params = agree(&recorder.inner, &url).await;
    for (name, word) in [
        (spec.code_param.as_str(), "CODE"),
        ("openid.response_nonce", "RESPONSE-NONCE"),
        ("openid.sig", "SIGNATURE"),
    ] {
        if let Some(value) = params.get(name) {
            recorder
                .changing
                .lock()
                .unwrap()
                .push((value.to_owned(), word));
        }
    }
    let finish = Finish::new(&attempt, callback, &params, &keep, &recorder, now);
    provider
        .finish(&finish)
        .await
        .unwrap_or_else(|error| panic!("{}: {error}", spec.id));
    for request in recorder.sent.lock().unwrap().iter() {
        let url = request.uri().to_string();
        section(&mut text, "request", request.method().as_str(), &url);
        headers(&mut text, request);
        body(&mut text, request);
    }
    for (value, word) in recorder.changing.lock().unwrap().iter() {
        text = text.replace(value, word);
    }
    text
}

/// The machine's time: the stand-in lives in it.
fn now() -> Timestamp {
    use authcore::clock::Clock;
    SettableClock::stopped_now().now()
}

/// What comes back from the authorization URL, the visitor having agreed.
async fn agree(transport: &LocalTransport, url: &str) -> Params {
    let mut url = Url::parse(url).unwrap();
    url.set_fragment(None);
    // A form would have to be sent by a browser; the parameters are the same.
    let pairs: Vec<_> = url.query_pairs().into_owned().collect();
    let kept = pairs.iter().filter(|(name, _)| name != "response_mode");
    url.query_pairs_mut().clear().extend_pairs(kept);
    let request = http::Request::get(url.as_str()).body(Vec::new()).unwrap();
    let answer = transport.send(request).await.unwrap();
    let Some(location) = answer.headers().get(LOCATION) else {
        panic!("{url}: {}", String::from_utf8_lossy(answer.body()));
    };
    let back = Url::parse(location.to_str().unwrap()).unwrap();
    Params::parse(back.query().unwrap().as_bytes()).unwrap()
}

fn section(text: &mut String, what: &str, method: &str, url: &str) {
    let mut url = Url::parse(url).unwrap();
    let pairs: Vec<_> = url.query_pairs().into_owned().collect();
    url.set_query(None);
    writeln!(text, "[{what}]\n{method} {url}").unwrap();
    for (name, value) in pairs {
        writeln!(text, "    ?{name}={}", steady(&name, &value)).unwrap();
    }
    if what == "authorization" {
        text.push('\n');
    }
}

fn headers(text: &mut String, request: &http::Request<Vec<u8>>) {
    let mut lines: Vec<String> = request
        .headers()
        .iter()
        .filter(|(name, _)| **name != USER_AGENT)
        .map(|(name, value)| {
            let value = value.to_str().unwrap();
            let shown = match *name == AUTHORIZATION && value.starts_with("Basic ") {
                true => "Basic CLIENT",
                false => value,
            };
            format!("{name}: {shown}")
        })
        .collect();
    lines.sort();
    for line in lines {
        writeln!(text, "{line}").unwrap();
    }
}

fn body(text: &mut String, request: &http::Request<Vec<u8>>) {
    let kind = request.headers().get(CONTENT_TYPE);
    let is_form = kind.is_some_and(|kind| kind == "application/x-www-form-urlencoded");
    if is_form {
        for (name, value) in url::form_urlencoded::parse(request.body()) {
            writeln!(text, "    {name}={}", steady(&name, &value)).unwrap();
        }
    } else if !request.body().is_empty() {
        writeln!(text, "    {}", String::from_utf8_lossy(request.body())).unwrap();
    }
    text.push('\n');
}

/// What is made again every time has a word in its place.
fn steady<'v>(name: &str, value: &'v str) -> &'v str {
    let is_hmac = name.ends_with("_proof") && value.len() == 64;
    match value.starts_with("eyJ") && value.split('.').count() == 3 {
        true => "SIGNED-BY-THE-CLIENT",
        false if is_hmac => "HMAC-OF-THE-ACCESS-TOKEN",
        false => value,
    }
}

#[tokio::test]
async fn every_provider_is_sent_what_its_snapshot_says() {
    let mut stale = Vec::new();
    for entry in authcore_providers::all() {
        let spec = ProviderSpec::from_toml_named(entry.id, entry.spec).unwrap();
        let found = requests_of(&spec).await;
        // Whatever a snapshot says, these are sent.
        assert!(found.contains("?state="), "{}", entry.id);
        if spec.checks.pkce == Pkce::S256 && spec.protocol != Protocol::Custom {
            assert!(
                found.contains("?code_challenge_method=S256"),
                "{}",
                entry.id
            );
            let is_sent = [
                "    code_verifier=",
                "    ?code_verifier=",
                "\"code_verifier\":",
            ];
            let is_sent = is_sent.iter().any(|text| found.contains(text));
            assert!(is_sent, "{}", entry.id);
        }
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join(entry.id)
            .join("snapshots");
        let file = folder.join("requests.txt");
        if fs::read_to_string(&file).ok().as_deref() == Some(found.as_str()) {
            continue;
        }
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&file, &found).unwrap();
        } else {
            stale.push(format!("{}:\n{found}", file.display()));
        }
    }
    assert!(stale.is_empty(), "sent otherwise:\n{}", stale.join("\n"));
}
