//! Every command over every provider of the catalogue, compared with what its folder says.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use authcore::provider::spec::{Protocol, ProviderSpec};
use authcore_testing::identity::{LocalProvider, Persona};
use serde_json::{Map, Value, json};

use crate::run::{authcore, authcore_with};

fn folder(id: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../providers")
        .join(id)
}

fn specs() -> Vec<ProviderSpec> {
    authcore_providers::all()
        .iter()
        .map(|entry| ProviderSpec::from_toml(entry.spec).unwrap())
        .collect()
}

/// All golden answers of a provider.
fn goldens(id: &str) -> Vec<(String, Value)> {
    let files = fs::read_dir(folder(id).join("golden")).unwrap();
    files
        .map(|file| {
            let path = file.unwrap().path();
            let golden = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            (path.display().to_string(), golden)
        })
        .collect()
}

fn object(golden: &Value, key: &str) -> Map<String, Value> {
    golden[key].as_object().cloned().unwrap_or_default()
}

/// What `map` is given: the answer, with what follow-ups and the callback's form add to the profile.
fn whole_answer(spec: &ProviderSpec, golden: &Value) -> Value {
    let mut answer = golden["answer"].clone();
    let mut added: Vec<(String, Value)> = object(golden, "follow_up").into_iter().collect();
    for (field, value) in object(golden, "callback") {
        // What only the token request repeats is no part of the profile.
        if let Some(place) = spec.callback_json.get(&field) {
            added.push((place.clone(), value));
        }
    }
    for (place, value) in added {
        let inner = answer.pointer_mut(&spec.envelope).unwrap();
        inner[place.trim_start_matches('/')] = value;
    }
    answer
}

#[test]
fn every_golden_answer_is_mapped_to_its_profile() {
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token.json");
    for spec in specs() {
        let id = spec.id.as_str();
        for (file, golden) in goldens(id) {
            fs::write(&token, Value::from(object(&golden, "token")).to_string()).unwrap();
            let token = token.to_str().unwrap();
            let mut words = vec!["providers", "map", id, "--json", "--token", token];
            let variables: Vec<String> = object(&golden, "variables")
                .iter()
                .map(|(name, value)| format!("{name}={}", value.as_str().unwrap()))
                .collect();
            variables
                .iter()
                .for_each(|pair| words.extend(["--var", pair]));
            let run = authcore_with(&words, &whole_answer(&spec, &golden).to_string());
            if golden["profile"].is_null() {
                assert_eq!(run.status, 1, "{file}: {}", run.out);
                assert!(run.json()["error"]["pointer"].is_string(), "{file}");
                continue;
            }
            let mut expected = golden["profile"].clone();
            if expected["extra"].is_null() {
                expected["extra"] = json!({});
            }
            assert_eq!(run.json(), expected, "{file}: {}", run.err);
            assert_eq!((run.status, run.err.as_str()), (0, ""), "{file}");
        }
    }
}

/// The parameters of the authorization URL in `snapshots/requests.txt`, and the endpoint.
fn snapshot(id: &str) -> (String, BTreeMap<String, String>) {
    let text = fs::read_to_string(folder(id).join("snapshots/requests.txt")).unwrap();
    let (_, text) = text.split_once("[authorization]\nGET ").unwrap();
    let (section, _) = text.split_once("\n\n").unwrap();
    let mut lines = section.lines();
    let endpoint = lines.next().unwrap().to_owned();
    let params = lines.filter_map(|line| line.trim().strip_prefix('?')?.split_once('='));
    let params = params.map(|(name, value)| (name.to_owned(), value.to_owned()));
    (endpoint, params.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_provider_has_the_url_of_its_snapshot() {
    let local = LocalProvider::standing_in(Persona::OpenId)
        .start()
        .await
        .unwrap();
    let issuer = format!("issuer={}", local.issuer());
    // The issuer runs in this test: it needs its thread.
    tokio::task::spawn_blocking(move || specs().iter().for_each(|spec| compare(spec, &issuer)))
        .await
        .unwrap();
}

fn compare(spec: &ProviderSpec, issuer: &str) {
    let id = spec.id.as_str();
    let redirect = format!("https://app.example.org/api/auth/callback/{id}");
    let mut source = id.to_owned();
    let own = tempfile::tempdir().unwrap();
    if spec.discovery.is_some() {
        // No test asks the internet: the document is looked for at the local issuer.
        let file = fs::read_to_string(folder(id).join("provider.toml")).unwrap();
        let lines = file
            .lines()
            .filter(|line| !line.starts_with("discovery = "));
        let path = own.path().join("provider.toml");
        fs::write(&path, lines.collect::<Vec<_>>().join("\n")).unwrap();
        source = path.to_str().unwrap().to_owned();
    }
    let mut words = vec!["providers", "url", &source, "--json"];
    words.extend(["--client-id", "client", "--redirect-uri", &redirect]);
    let is_discovered = spec.authorization.is_none() && spec.protocol != Protocol::Custom;
    if is_discovered {
        words.extend(["--var", issuer]);
    }
    let variables: Vec<String> = spec
        .variables
        .iter()
        .filter(|(name, it)| it.default.is_none() && *name != "private_key")
        .filter(|(name, _)| !is_discovered || *name != "issuer")
        .map(|(name, _)| {
            let told = goldens(id)
                .iter()
                .find_map(|(_, golden)| Some(golden["variables"][name].as_str()?.to_owned()));
            let own = match name.as_str() {
                "issuer" | "base_url" => "https://idp.example.org",
                _ => "word",
            };
            format!("{name}={}", told.unwrap_or_else(|| own.to_owned()))
        })
        .collect();
    variables
        .iter()
        .for_each(|pair| words.extend(["--var", pair]));
    let run = authcore(&words);
    assert_eq!(run.status, 0, "{id}: {}", run.err);
    let url = url::Url::parse(run.json()["url"].as_str().unwrap()).unwrap();
    let found: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
    let (endpoint, wanted) = snapshot(id);
    let names = |params: &BTreeMap<String, String>| -> BTreeSet<String> {
        params.keys().cloned().collect()
    };
    assert_eq!(names(&found), names(&wanted), "{id}");
    for (name, value) in &wanted {
        let of_attempt = ["state", "nonce", "code_challenge"].contains(&name.as_str())
            || value.contains("?state=");
        if !of_attempt {
            assert_eq!(&found[name], value, "{id}: {name}");
        } else {
            assert_ne!(&found[name], value, "{id}: {name} is new each time");
        }
    }
    if !is_discovered && spec.variables.is_empty() {
        let mut own = url.clone();
        own.set_query(None);
        assert_eq!(own.as_str(), endpoint, "{id}");
    }
}

/// The keys in the first column of the table under a heading's sentence of `docs/command.md`.
fn documented(sentence: &str) -> BTreeSet<String> {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/command.md");
    let text = fs::read_to_string(book).unwrap();
    let (_, after) = text.split_once(sentence).unwrap();
    let rows = after.lines().skip_while(|line| !line.starts_with('|'));
    let rows = rows.skip(2).take_while(|line| line.starts_with('|'));
    rows.flat_map(|row| row.split('|').nth(1).unwrap().split(','))
        .map(|key| key.trim().trim_matches('`').to_owned())
        .collect()
}

#[test]
fn every_provider_is_shown_as_the_book_and_its_file_say() {
    let keys = documented("`show` prints:");
    assert!(keys.contains("client_auth") && keys.len() > 10, "{keys:?}");
    for spec in specs() {
        let id = spec.id.as_str();
        let shown = authcore(&["providers", "show", id, "--json"]).json();
        let found: BTreeSet<_> = shown.as_object().unwrap().keys().cloned().collect();
        assert_eq!(found, keys, "{id}");
        // What the file says stands in what is shown, word for word.
        let text = fs::read_to_string(folder(id).join("provider.toml")).unwrap();
        let file: toml::Table = text.parse().unwrap();
        let file = serde_json::to_value(file).unwrap();
        for key in ["id", "name", "issuer", "client_auth", "scopes"] {
            if !file[key].is_null() {
                assert_eq!(shown[key], file[key], "{id}: {key}");
            }
        }
        assert_eq!(shown["kind"], file["protocol"], "{id}");
        for key in ["authorization", "token", "userinfo"] {
            let url = match &file[key] {
                Value::Object(endpoint) => endpoint.get("url").cloned().unwrap_or_default(),
                other => other.clone(),
            };
            assert_eq!(shown[key]["url"], url, "{id}: {key}");
            for part in ["params", "headers"] {
                if file[key][part].is_object() && shown[key].get(part).is_some() {
                    assert_eq!(shown[key][part], file[key][part], "{id}: {key}.{part}");
                }
            }
        }
        for field in ["name", "email", "image", "email_verified"] {
            let written = &file["profile"][field];
            if written.is_string() || written.as_array().is_some_and(|list| all_texts(list)) {
                assert_eq!(shown["profile"][field], *written, "{id}: {field}");
            }
        }
        for field in ["subject", "email_optional", "source"] {
            if !file["trust"][field].is_null() {
                assert_eq!(shown["trust"][field], file["trust"][field], "{id}: {field}");
            }
        }
        let variables: Vec<_> = spec.variables.keys().collect();
        let told: Vec<_> = shown["variables"].as_object().unwrap().keys().collect();
        assert_eq!(told, variables, "{id}");
    }
}

fn all_texts(list: &[Value]) -> bool {
    list.len() > 1 && list.iter().all(Value::is_string)
}

#[test]
fn every_file_of_the_catalogue_is_fine() {
    let files: Vec<String> = authcore_providers::all()
        .iter()
        .map(|entry| folder(entry.id).join("provider.toml").display().to_string())
        .collect();
    let mut words = vec!["providers", "check", "--json"];
    words.extend(files.iter().map(String::as_str));
    let run = authcore(&words);
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    let found = run.json();
    let found = found.as_array().unwrap();
    assert_eq!(found.len(), files.len());
    for (one, file) in found.iter().zip(&files) {
        assert_eq!(one["file"], **file);
        assert_eq!(one["ok"], true, "{one}");
        assert_eq!(one["errors"], json!([]), "{one}");
        assert_eq!(one["live"], Value::Null);
    }
}
