//! This file reads every provider's data, so that a module whose data cannot be read is impossible.

use std::{collections::BTreeSet, fs};

use authcore::provider::{
    Correlation,
    spec::{Pkce, Protocol, ProviderSpec, UserAgentRule},
};
use authcore_providers::{AnyProvider, all, by_id, former_ids};

fn spec(id: &str) -> ProviderSpec {
    by_id(id).unwrap().spec().unwrap().clone()
}

#[test]
fn every_file_is_read_without_a_warning() {
    for entry in all() {
        let provider = (entry.provider)();
        let spec = provider.spec().unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(spec.id.as_str(), entry.id);
        assert_eq!(spec.name, entry.name);
        for warning in spec.warnings() {
            // What a server forces on us is known from somewhere; that is in `trust.source` or beside.
            let forced = [
                "trust.subject",
                "checks.pkce",
                "checks.nonce",
                "userinfo.auth",
                "token.method",
            ];
            assert!(forced.contains(&warning.key), "{}: {warning}", entry.id);
        }
        assert!(!spec.trust.source.is_empty(), "{}", entry.id);
        assert!(spec.docs.reference.is_some(), "{}", entry.id);
        if let Pkce::Plain(why) | Pkce::Refused(why) = &spec.checks.pkce {
            assert!(why.contains("20"), "{}: when was that seen?", entry.id);
        }
        for variable in spec.variables.values() {
            assert!(!variable.description.is_empty(), "{}", entry.id);
        }
    }
}

#[test]
fn every_folder_is_an_entry_in_the_order_of_ids() {
    let folders: BTreeSet<String> = fs::read_dir(env!("CARGO_MANIFEST_DIR"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.join("provider.toml").exists())
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    let ids: Vec<_> = all().iter().map(|entry| entry.id).collect();
    assert_eq!(ids, folders.iter().collect::<Vec<_>>());
}

#[test]
fn an_entry_of_code_says_so_in_its_data() {
    for entry in all() {
        let provider = (entry.provider)();
        let is_code = matches!(provider, AnyProvider::Custom(_));
        assert_eq!(
            is_code,
            spec(entry.id).protocol == Protocol::Custom,
            "{}",
            entry.id
        );
    }
}

#[test]
fn an_old_name_gives_the_provider_under_that_name() {
    let text = fs::read_to_string(format!("{}/gone.toml", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let gone: toml::Table = text.parse().unwrap();
    let mut answering = Vec::new();
    for (id, entry) in &gone {
        assert!(!all().iter().any(|entry| entry.id == id), "{id} is there");
        for key in ["name", "since", "reason", "source"] {
            assert!(entry[key].as_str().is_some(), "{id}.{key}");
        }
        if entry.get("answers").is_some() {
            answering.push((id.as_str(), entry["successor"].as_str().unwrap()));
        }
    }
    assert_eq!(answering, former_ids());
    for (old, new) in answering {
        let (old, new) = (by_id(old).unwrap(), by_id(new).unwrap());
        assert_eq!(old.spec().unwrap(), new.spec().unwrap());
    }
}

#[test]
fn an_id_that_nobody_has_finds_nothing() {
    assert!(by_id("nobody").is_none());
    assert!(by_id("").is_none());
}

#[test]
fn every_guide_says_the_callback_and_the_environment() {
    for entry in all() {
        let folder = format!("{}/{}", env!("CARGO_MANIFEST_DIR"), entry.id);
        let guide = fs::read_to_string(format!("{folder}/guide.md")).unwrap();
        let env = spec(entry.id).id.env_name();
        let custom = spec(entry.id).protocol == Protocol::Custom;
        let mut parts = vec![format!(
            "https://example.com/api/auth/callback/{}",
            entry.id
        )];
        if !custom {
            parts.push(format!("AUTH_{env}_ID"));
        }
        for part in parts {
            assert!(guide.contains(&part), "{}: {part}", entry.id);
        }
        let has_secret = !custom && spec(entry.id).has_secret();
        let secret = guide.contains(&format!("AUTH_{env}_SECRET"));
        assert_eq!(secret, has_secret, "{}: AUTH_{env}_SECRET", entry.id);
        for name in spec(entry.id).variables.keys() {
            let variable = format!("AUTH_{env}_{}", name.to_uppercase());
            assert!(guide.contains(&variable), "{}: {variable}", entry.id);
        }
    }
}

#[test]
fn addresses_are_where_the_default_variables_say() {
    for (id, userinfo) in [
        (
            "wikimedia",
            "https://meta.wikimedia.org/w/rest.php/oauth2/resource/profile",
        ),
        ("github", "https://api.github.com/user"),
        ("discord", "https://discord.com/api/users/@me"),
    ] {
        let spec = spec(id);
        let filled = spec
            .userinfo
            .as_ref()
            .unwrap()
            .url
            .as_ref()
            .unwrap()
            .fill(&|place| {
                spec.variables
                    .get(place)
                    .and_then(|variable| variable.default.clone())
            });
        assert_eq!(filled.unwrap(), userinfo);
    }
}

#[test]
fn wikimedia_asks_for_nothing_and_knows_its_denial() {
    let spec = spec("wikimedia");
    assert!(spec.scopes.is_empty());
    assert_eq!(spec.correlation, Correlation::StateExceptOnDenial);
    assert_eq!(spec.denial_errors, ["unauthorized_client"]);
    assert_eq!(spec.user_agent, UserAgentRule::OperatorRequired);
    assert_eq!(spec.quirks.retry_profile_on, [401, 403]);
    assert!(spec.quirks.carry_cookies);
    assert!(spec.issuer.is_none());
}

#[test]
fn github_says_whose_its_answers_are() {
    let spec = spec("github");
    let issuer = |base: &str| {
        spec.issuer
            .as_ref()
            .unwrap()
            .fill(&|_| Some(base.to_owned()))
            .unwrap()
    };
    assert_eq!(
        issuer("https://github.com"),
        "https://github.com/login/oauth"
    );
    assert_eq!(
        issuer("https://github.example.org/"),
        "https://github.example.org/login/oauth"
    );
}
