//! This file fills a spec in: from code, then from the environment, then from the spec's own
//! defaults; and tells every mistake at once.
//!
//! The attack it stops: a parameter that undoes a check of the protocol. Addresses are checked in
//! `plug_in/address.rs`.

mod address;
mod client;

use std::{collections::BTreeMap, sync::Arc};

use super::{OAuth, OAuthProvider};
use crate::{
    config::{IntoProvider, Problem, ProviderSetting},
    oauth::{
        access_token::AccessTokenRule, jws::Algorithm, reach::Reach, registration::Registration,
    },
    provider::{
        Provider, ProviderInfo, ProviderKind, authority, fill,
        spec::{IssRule, Protocol, ProviderSpec, RESERVED, Template},
    },
};

impl OAuth {
    /// Becomes the provider.
    ///
    /// # Errors
    /// All that is wrong with its settings, each with its mend.
    pub fn build(self, setting: &ProviderSetting<'_>) -> Result<OAuthProvider, Vec<Problem>> {
        let mut spec = self.spec.clone().map_err(|errors| errors.problems())?;
        if spec.protocol == Protocol::Custom {
            let what = format!("provider `{}`: its protocol is code, not data", spec.id);
            return Err(vec![Problem::new(
                "provider_data",
                what,
                "plug in the provider that the code makes",
            )]);
        }
        let problems = fill::rename(&mut spec, self.id.as_deref(), self.name.as_deref());
        for warning in spec.warnings() {
            tracing::warn!(provider = %spec.id, key = warning.key, "{}", warning.what);
        }
        let mut filling = Filling {
            prefix: format!("AUTH_{}_", spec.id.env_name()),
            given: &self,
            setting,
            spec: &spec,
            problems,
        };
        let registration = filling.registration();
        let problems = filling.problems;
        if !problems.is_empty() {
            return Err(problems);
        }
        let info = info(&registration, &self);
        Ok(OAuthProvider::new(info, registration))
    }
}

impl IntoProvider for OAuth {
    fn into_provider(
        self: Box<Self>,
        setting: &ProviderSetting<'_>,
    ) -> Result<Arc<dyn Provider>, Vec<Problem>> {
        Ok(Arc::new(self.build(setting)?))
    }
}

/// A spec being filled in.
struct Filling<'a> {
    prefix: String,
    given: &'a OAuth,
    setting: &'a ProviderSetting<'a>,
    spec: &'a ProviderSpec,
    problems: Vec<Problem>,
}

impl Filling<'_> {
    fn registration(&mut self) -> Registration {
        let variables = self.variables();
        let mut registration = Registration {
            spec: self.spec.clone(),
            client_id: self.client_id(),
            client_secret: self.client_secret(),
            issuer: None,
            variables,
            scopes: Vec::new(),
            params: self.given.params.clone(),
            algorithms: self.algorithms(),
            tenant: None,
            access_token: None,
            assertion: None,
            reach: Reach::default(),
        };
        registration.scopes = self.scopes(&registration);
        registration.issuer = self.issuer(&registration);
        registration.access_token = self.access_token(&registration);
        registration.tenant = self.tenant(&registration);
        registration.assertion = self.assertion(&registration);
        registration.reach = Reach::of(&registration);
        self.params();
        self.user_agent();
        self.addresses(&registration);
        registration
    }

    fn wrong(&mut self, mut problem: Problem) {
        problem.what = format!("provider `{}`: {}", self.spec.id, problem.what);
        self.problems.push(problem);
    }

    fn env(&self, name: &str) -> Option<String> {
        fill::from_environment(self.spec, self.setting.env, name)
    }

    /// Where to get an id and a secret.
    fn console(&self) -> String {
        match &self.spec.docs.console {
            Some(url) => format!("register the application at {url}, then set"),
            None => "register the application with the provider, then set".into(),
        }
    }

    /// What to do where a variable is set under the name that it had in Auth.js 4.
    fn renamed(&self, name: &str) -> Option<String> {
        let now = format!("{}{name}", self.prefix);
        let former = self.setting.env.former_name(&now)?;
        Some(format!(
            "`{former}` is set, which is called `{now}` now: rename it"
        ))
    }

    fn client_id(&mut self) -> String {
        let given = self.given.client_id.clone().or_else(|| self.env("ID"));
        match given {
            Some(id) if !id.trim().is_empty() => id,
            _ => {
                let mend = match self.renamed("ID") {
                    Some(mend) => mend,
                    None => format!(
                        "{} `{}ID`, or `client_id` in code",
                        self.console(),
                        self.prefix
                    ),
                };
                self.wrong(Problem::new(
                    "client_id_missing",
                    "it has no client id",
                    mend,
                ));
                String::new()
            }
        }
    }

    fn variables(&mut self) -> BTreeMap<String, String> {
        let mut given = self.given.variables.clone();
        if let (Some(issuer), true) = (
            &self.given.issuer,
            self.spec.variables.contains_key("issuer"),
        ) {
            given
                .entry("issuer".into())
                .or_insert_with(|| issuer.clone());
        }
        let may_be_open = |name: &str| self.is_signed_already(name);
        let (filled, problems) = fill::variables(self.spec, &given, self.setting.env, &may_be_open);
        for problem in problems {
            self.wrong(problem);
        }
        filled
    }

    fn issuer(&mut self, registration: &Registration) -> Option<String> {
        let template = self.spec.issuer.as_ref();
        let issuer = self
            .given
            .issuer
            .clone()
            .or_else(|| self.env("ISSUER"))
            // An issuer is compared byte for byte: where it is just what was filled in, it stays
            // as it was filled in.
            .or_else(|| match template?.as_str() {
                "{issuer}" => registration.variables.get("issuer").cloned(),
                _ => registration.url(template?, None),
            });
        let is_needed = self.spec.protocol == Protocol::Oidc
            || self.spec.checks.iss == IssRule::Required
            || registration.is_discovered();
        let is_told_already = template.is_some_and(|template| {
            template
                .placeholders()
                .any(|name| !registration.variables.contains_key(name))
        });
        if issuer.is_none() && is_needed && !is_told_already {
            let mend = format!("set `{}ISSUER`, or `issuer` in code", self.prefix);
            self.wrong(Problem::new("issuer_missing", "it has no issuer", mend));
        }
        issuer
    }

    /// The application's as they are; those of the data filled in.
    fn scopes(&mut self, registration: &Registration) -> Vec<String> {
        let scopes = match &self.given.scopes {
            Some(given) => given.clone(),
            None => self.filled_scopes(registration),
        };
        if self.spec.protocol == Protocol::Oidc && !scopes.iter().any(|scope| scope == "openid") {
            self.wrong(Problem::new(
                "scope_openid_missing",
                "without the scope `openid` there is no ID token",
                "add `openid` to `scopes`",
            ));
        }
        scopes
    }

    fn filled_scopes(&mut self, registration: &Registration) -> Vec<String> {
        let mut scopes = Vec::new();
        for scope in &self.spec.scopes {
            // What is not filled in was told already.
            let Some(filled) = Template::parse(scope)
                .ok()
                .and_then(|template| registration.url(&template, None))
                .filter(|filled| !filled.is_empty())
            else {
                continue;
            };
            if filled.contains(char::is_whitespace) {
                self.wrong(Problem::new(
                    "scope_invalid",
                    format!("the scope `{scope}`, filled in, holds white space"),
                    "set what fills it in without white space",
                ));
            }
            scopes.push(filled);
        }
        scopes
    }

    fn access_token(&mut self, registration: &Registration) -> Option<AccessTokenRule> {
        let rules = self.spec.access_token.as_ref()?;
        let filled = |templates: &[Template]| -> Option<Vec<String>> {
            let filled = templates.iter().map(|it| registration.url(it, None));
            filled.collect()
        };
        // What is not filled in was told already.
        Some(AccessTokenRule {
            issuers: filled(&rules.issuers)?,
            audiences: filled(&rules.audiences)?,
        })
    }

    fn algorithms(&mut self) -> Vec<Algorithm> {
        let mut algorithms = Vec::new();
        for name in &self.spec.id_token.algorithms {
            match Algorithm::named(name) {
                Some(algorithm) => algorithms.push(algorithm),
                None => self.wrong(Problem::new(
                    "algorithm_unknown",
                    format!("ID tokens cannot be signed with `{}`", name.escape_debug()),
                    format!("use some of {}", Algorithm::names()),
                )),
            }
        }
        algorithms
    }

    fn params(&mut self) {
        let from_spec = self.spec.authorization.as_ref().map(|it| &it.params);
        // In the data, a `scope` of its own can stand in for `scopes`; in code, it is told below.
        let params = (self.given.params.keys())
            .chain(from_spec.into_iter().flat_map(BTreeMap::keys))
            .filter(|name| *name != "scope");
        let names: Vec<String> = params
            .chain(&self.given.passes)
            .chain(&self.spec.passes)
            .cloned()
            .collect();
        let renamed = self.spec.authorization.iter();
        let renamed = renamed.flat_map(|it| it.names.values());
        let own: Vec<&String> = renamed
            .chain([&self.spec.client_id_param, &self.spec.client_secret_param])
            .collect();
        for name in names {
            if RESERVED.contains(&name.as_str()) || own.contains(&&name) {
                self.wrong(Problem::new(
                    "param_reserved",
                    format!("the parameter `{name}` belongs to the protocol"),
                    "remove it",
                ));
            }
        }
        if self.given.params.contains_key("scope") {
            self.wrong(Problem::new(
                "param_reserved",
                "`scope` is no free parameter",
                "use `scopes`",
            ));
        }
    }

    fn user_agent(&mut self) {
        if let Some(problem) = fill::user_agent(self.spec, self.setting) {
            self.wrong(problem);
        }
    }
}

fn info(registration: &Registration, given: &OAuth) -> ProviderInfo {
    let spec = &registration.spec;
    let kind = match spec.protocol {
        Protocol::OAuth2 | Protocol::Custom => ProviderKind::OAuth2,
        Protocol::Oidc => ProviderKind::Oidc,
    };
    let mut info = ProviderInfo::new(spec.id.clone(), spec.name.clone(), kind);
    let lookup = |name: &str| registration.lookup(name);
    let issuer = registration.issuer.as_deref();
    if let Some(server) = authority::authority(spec, issuer, &lookup) {
        info.authority = server;
    }
    info.fields = spec.profile.extra.keys().cloned().collect();
    info.style = spec.style.clone();
    info.correlation = spec.correlation;
    info.response_mode = spec.response_mode;
    info.email_linking = given.email_linking;
    info.passes
        .extend(spec.passes.iter().chain(&given.passes).cloned());
    info
}

#[cfg(test)]
mod tests;
