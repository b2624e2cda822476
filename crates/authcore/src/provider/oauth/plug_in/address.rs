//! This file checks a provider's addresses once they are filled in.
//!
//! RFC 9700, section 2.6. The attack it stops: credentials sent over plain HTTP.

use url::Url;

use super::Filling;
use crate::{
    config::Problem,
    oauth::registration::{Protection, Registration, protection},
    provider::spec::{Endpoint, Template},
};

impl Filling<'_> {
    /// Tells which addresses cannot be used.
    pub(super) fn addresses(&mut self, registration: &Registration) {
        let spec = self.spec;
        let mut wrong = Vec::new();
        let endpoint =
            |endpoint: &Option<Endpoint>| endpoint.as_ref().and_then(|it| it.url.clone());
        let refresh = spec.token.as_ref().and_then(|it| it.refresh_url.clone());
        let templates: [(&str, Option<Template>); 7] = [
            ("authorization", endpoint(&spec.authorization)),
            ("token", endpoint(&spec.token)),
            ("token.refresh_url", refresh),
            ("revocation", endpoint(&spec.revocation)),
            ("userinfo", endpoint(&spec.userinfo)),
            ("jwks", spec.jwks.clone()),
            ("discovery", spec.discovery.clone()),
        ];
        let mut addresses: Vec<(&str, String)> = Vec::new();
        for (name, template) in templates {
            let Some(template) = template else { continue };
            let unfilled = template
                .placeholders()
                .any(|place| !place.starts_with("token.") && registration.lookup(place).is_none());
            // What is not filled in was told already.
            if unfilled {
                continue;
            }
            let filled = template.try_fill(&|place| {
                match place.starts_with("token.") {
                    // Not known before there is a token; any word shows what the address is like.
                    true => Some("x".into()),
                    false => registration.lookup(place),
                }
            });
            match filled {
                Ok(filled) => addresses.push((name, filled)),
                Err(error) => wrong.push(Problem::new(
                    "endpoint_invalid",
                    format!("the address `{name}` cannot be filled in: {error}"),
                    "write it like `https://example.org`",
                )),
            }
        }
        addresses.extend(registration.issuer.clone().map(|issuer| ("issuer", issuer)));
        for (name, address) in addresses {
            let mend = "use https; http is for `localhost`, `127.0.0.1` and `[::1]`";
            match Url::parse(&address) {
                Err(_) => wrong.push(Problem::new(
                    "endpoint_invalid",
                    format!("the address `{name}` is no URL"),
                    "write it like `https://example.org`",
                )),
                Ok(url) if protection(&url) == Protection::None => wrong.push(Problem::new(
                    "endpoint_insecure",
                    format!("requests to `{name}` could be listened to"),
                    mend,
                )),
                Ok(_) => {}
            }
        }
        for problem in wrong {
            self.wrong(problem);
        }
    }
}
