//! This file fills in what every provider made from data has: its id and name, and its variables from
//! code, then from the environment, then from the data's own defaults. What is missing is told with
//! the mend.

use std::collections::BTreeMap;

use super::spec::{ProviderSpec, UserAgentRule};
use crate::{
    config::{Env, Problem, ProviderSetting},
    model::ProviderId,
};

/// Gives the provider the id and the name that the application wants.
pub(super) fn rename(
    spec: &mut ProviderSpec,
    id: Option<&str>,
    name: Option<&str>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(id) = id {
        match ProviderId::new(id) {
            Ok(id) => spec.id = id,
            Err(error) => problems.push(Problem::new(
                "provider_id",
                format!(
                    "`{}` cannot be the id of a provider: {error}",
                    id.escape_debug()
                ),
                "use `a-z`, `0-9` and `-`, at most 64 characters",
            )),
        }
    }
    if let Some(name) = name {
        name.clone_into(&mut spec.name);
    }
    problems
}

/// `AUTH_<ID>_<NAME>`, if it is set. A line break at the end of a value comes from a file and is never
/// meant.
pub(super) fn from_environment(spec: &ProviderSpec, env: &Env, name: &str) -> Option<String> {
    env.get(&spec.id.env_variable(name))
        .map(|value| value.trim().to_owned())
}

/// The variables that are filled in, and what is wrong with those that are not. A variable that
/// `may_be_open` is no mistake.
pub(super) fn variables(
    spec: &ProviderSpec,
    given: &BTreeMap<String, String>,
    env: &Env,
    may_be_open: &dyn Fn(&str) -> bool,
) -> (BTreeMap<String, String>, Vec<Problem>) {
    let mut problems = Vec::new();
    let known: Vec<&str> = spec.variables.keys().map(String::as_str).collect();
    for name in given.keys() {
        if !known.contains(&name.as_str()) {
            let mend = if known.is_empty() {
                "remove it; this provider has none".to_owned()
            } else {
                format!("this provider has `{}`", known.join("`, `"))
            };
            problems.push(Problem::new(
                "variable_unknown",
                format!("it has no variable `{}`", name.escape_debug()),
                mend,
            ));
        }
    }
    let mut filled = BTreeMap::new();
    for (name, variable) in &spec.variables {
        let value = given
            .get(name)
            .cloned()
            .or_else(|| from_environment(spec, env, name))
            .or_else(|| variable.default.clone());
        match value {
            Some(value) => {
                let value = trimmed(&value, &variable.trim_end).to_owned();
                filled.insert(name.clone(), value);
            }
            None if may_be_open(name) => {}
            None => {
                let mend = format!(
                    "set `{}`, or `variable(\"{name}\", …)` in code",
                    spec.id.env_variable(name)
                );
                let what = match variable.description.as_str() {
                    "" => format!("`{name}` is not filled in"),
                    description => format!("`{name}` is not filled in ({description})"),
                };
                problems.push(Problem::new("variable_missing", what, mend));
            }
        }
    }
    (filled, problems)
}

/// A provider that insists on knowing its callers gets to know them.
pub(super) fn user_agent(spec: &ProviderSpec, setting: &ProviderSetting<'_>) -> Option<Problem> {
    let has_one = setting
        .user_agent
        .is_some_and(|agent| !agent.trim().is_empty());
    let is_needed = spec.user_agent == UserAgentRule::OperatorRequired;
    (is_needed && !has_one).then(|| {
        Problem::new(
            "user_agent_missing",
            "it serves only applications whose `User-Agent` names their operator",
            "set `AUTH_USER_AGENT`, or `user_agent(\"my-application/1.0 (https://example.org; admin@example.org)\")` in code",
        )
    })
}

/// The value without any of these endings, however many stand there.
fn trimmed<'v>(mut value: &'v str, endings: &[String]) -> &'v str {
    let without = |value: &'v str| {
        let endings = endings.iter().filter(|ending| !ending.is_empty());
        endings
            .filter_map(|ending| value.strip_suffix(ending.as_str()))
            .next()
    };
    while let Some(shorter) = without(value) {
        value = shorter;
    }
    value
}
