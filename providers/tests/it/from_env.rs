//! This file sets variables and looks which providers are asked for, and what is said of the rest.

use std::fs;

use authcore::{
    config::{Env, Problem},
    provider::spec::ProviderSpec,
};
use authcore_providers::{AnyProvider, FromEnv, from_env, oidc};

fn env(variables: &[(&str, &str)]) -> Env {
    variables.iter().copied().collect()
}

fn ids(found: &FromEnv) -> Vec<String> {
    let id = |provider: &AnyProvider| {
        let of_data = |spec: &ProviderSpec| spec.id.to_string();
        let own = provider.own_id().map(String::from);
        own.unwrap_or_else(|| provider.spec().map(of_data).unwrap())
    };
    found.providers.iter().map(id).collect()
}

fn asked(variables: &[(&str, &str)]) -> Vec<String> {
    let found = from_env(&env(variables));
    assert_eq!(found.problems, []);
    ids(&found)
}

fn only_mend(variables: &[(&str, &str)]) -> String {
    let env = env(variables);
    let problems: Vec<Problem> = from_env(&env).unread(&env, &["AUTH_SESSION"]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].code, "variable_unread");
    problems[0].mend.clone()
}

#[test]
fn a_client_id_asks_for_a_provider() {
    assert!(asked(&[]).is_empty());
    let gitlab = ("AUTH_GITLAB_ID", "y");
    assert_eq!(
        asked(&[gitlab, ("AUTH_GITHUB_ID", "x")]),
        ["github", "gitlab"]
    );
    assert!(asked(&[("AUTH_GITHUB_ID", ""), ("AUTH_GITHUB_SECRET", "x")]).is_empty());
}

#[test]
fn a_provider_without_a_client_id_is_asked_for_by_what_it_needs() {
    assert_eq!(asked(&[("AUTH_STEAM_API_KEY", "x")]), ["steam"]);
    assert!(asked(&[("AUTH_STEAM_ID", "x")]).is_empty());
}

#[test]
fn a_name_that_a_provider_had_before_asks_for_it_under_that_name() {
    assert_eq!(asked(&[("AUTH_AZURE_AD_ID", "x")]), ["azure-ad"]);
}

#[test]
fn an_applications_own_provider_is_asked_for_in_the_same_way() {
    let env = env(&[
        ("AUTH_CLUB_ID", "x"),
        ("AUTH_CLUB_ISSUER", "https://club.example.org"),
    ]);
    let mut found = from_env(&env);
    assert_eq!(found.unread(&env, &[]).len(), 2);
    found.ask(&env, oidc::provider().id("club"));
    assert_eq!(ids(&found), ["club"]);
    assert_eq!(found.unread(&env, &[]), []);
}

#[test]
fn files_of_a_folder_are_taken_as_they_are_and_a_broken_one_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir(folder.path().join("one")).unwrap();
    let called = |id: &str| oidc::SPEC.replace("id = \"oidc\"", &format!("id = \"{id}\""));
    write("one/provider.toml", &called("one"));
    write("two.toml", &called("two"));
    write("broken.toml", "id = 5");
    write("Cargo.toml", "[package]");
    write("notes.txt", "id = 6");
    let path = folder.path().to_str().unwrap();
    let found = from_env(&env(&[("AUTH_PROVIDERS_DIR", path)]));
    assert_eq!(ids(&found), ["one", "two"]);
    assert!(!found.problems.is_empty());
    let of_broken = |problem: &Problem| problem.what.contains("broken.toml");
    assert!(found.problems.iter().all(of_broken), "{:?}", found.problems);
}

#[test]
fn a_folder_that_is_not_there_is_said() {
    let found = from_env(&env(&[("AUTH_PROVIDERS_DIR", "/nowhere/at/all")]));
    assert_eq!(found.problems[0].code, "providers_dir_unreadable");
}

#[test]
fn what_nothing_reads_is_told_from_what_was_meant() {
    assert_eq!(
        only_mend(&[("AUTH_SECRT", "x")]),
        "did you mean AUTH_SECRET?"
    );
    assert_eq!(
        only_mend(&[("AUTH_SESION", "x")]),
        "did you mean AUTH_SESSION?"
    );
    let wikimedia = only_mend(&[("AUTH_WIKIMEDA_ID", "x")]);
    assert_eq!(wikimedia, "did you mean AUTH_WIKIMEDIA_ID?");
    assert!(only_mend(&[("AUTH_GITHUB_SECRET", "x")]).starts_with("set AUTH_GITHUB_ID too"));
    assert!(only_mend(&[("AUTH_QUITE_ANOTHER_THING", "x")]).starts_with("remove it"));
}

#[test]
fn what_every_application_reads_and_what_is_none_of_ours_is_left_alone() {
    let env = env(&[
        ("AUTH_SECRET", "x"),
        ("AUTH_TRUST_HOST", "true"),
        ("AUTHOR", "x"),
        ("GITHUB_ID", "x"),
        ("AUTH_GITHUB_ID", "x"),
        ("AUTH_GITHUB_SECRET", "x"),
    ]);
    assert_eq!(from_env(&env).unread(&env, &[]), []);
}

#[test]
fn no_value_of_a_variable_is_ever_said() {
    let canary = "canary-7f3a";
    let env = env(&[("AUTH_GITHUB_SECRET", canary), ("AUTH_SECRT", canary)]);
    let found = from_env(&env);
    let said = format!("{:?} {found:?}", found.unread(&env, &[]));
    assert!(!said.contains(canary), "{said}");
}
