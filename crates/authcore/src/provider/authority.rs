//! Who gives out the subjects of a provider: the server behind its id, as it is stored with every account.
//!
//! For OpenID Connect the issuer. Otherwise the origin of the token endpoint, with the path that a variable
//! gives it: two wikis of one host are two servers, and two versions of an interface are one. An issuer that
//! is named for RFC 9207 only does not count, so that naming one moves nobody.
//!
//! The attack it stops: person 3 of another server taken for person 3 of the one that was configured before
//! (`another_server_under_the_same_id_lets_nobody_in_as_people_of_the_one_before`).

use url::Url;

use super::spec::{Endpoint, Protocol, ProviderSpec, Template};

/// The authority of a provider that is filled in; `None` when its data names no server.
pub(super) fn authority(
    spec: &ProviderSpec,
    issuer: Option<&str>,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    if let (Protocol::Oidc, Some(issuer)) = (spec.protocol, issuer) {
        return Some(issuer.to_owned());
    }
    let url = |endpoint: &Option<Endpoint>| endpoint.as_ref().map(|it| it.url.clone());
    let templates = [
        url(&spec.token),
        spec.discovery.clone(),
        url(&spec.authorization),
        url(&spec.userinfo),
    ];
    let mut templates = templates.into_iter().flatten();
    templates.find_map(|template| server(&template, lookup))
}

fn server(template: &Template, lookup: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let filled = Url::parse(&template.fill(lookup)?).ok()?;
    let origin = filled.origin().ascii_serialization();
    let base = base(template, lookup).filter(|base| base.starts_with(&origin));
    Some(base.unwrap_or(origin))
}

/// The address as far as the last variable of its path.
fn base(template: &Template, lookup: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let path = template.as_str().split(['?', '#']).next()?;
    let end = |place: &str| Some(path.rfind(&format!("{{{place}}}"))? + place.len() + "{}".len());
    let places = template
        .placeholders()
        .filter(|place| tells_servers_apart(place));
    let beginning = path.get(..places.filter_map(end).max()?)?;
    let filled = Template::parse(&format!("{beginning}/"))
        .ok()?
        .fill(lookup)?;
    let url = Url::parse(&filled).ok()?;
    Some(url.as_str().trim_end_matches('/').to_owned())
}

/// A client's id says who asks, and a version in which words: neither says whom.
fn tells_servers_apart(place: &str) -> bool {
    place != "client_id"
        && !place.ends_with("version")
        && !place.starts_with(['/', '.'])
        && !place.contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(template: &str, variables: &[(&str, &str)]) -> Option<String> {
        let template = Template::parse(template).unwrap();
        server(&template, &|name| {
            let known = variables.iter().find(|(known, _)| *known == name);
            known.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_server_is_its_origin_and_the_path_that_a_variable_gives_it() {
        for (template, variables, server) in [
            (
                "https://Hub.example.org:443/oauth/token",
                &[][..],
                "https://hub.example.org",
            ),
            (
                "{base_url}/oauth/token",
                &[("base_url", "https://wiki.example.org/w/")],
                "https://wiki.example.org/w",
            ),
            (
                "{base_url}/oauth/token",
                &[("base_url", "https://wiki.example.org")],
                "https://wiki.example.org",
            ),
            (
                "https://{region}.example.org/token",
                &[("region", "eu")],
                "https://eu.example.org",
            ),
            (
                "https://id.example.org/{tenant}/token",
                &[("tenant", "blue")],
                "https://id.example.org/blue",
            ),
            (
                "https://id.example.org/{api_version}/token",
                &[("api_version", "v23.0")],
                "https://id.example.org",
            ),
            (
                "https://id.example.org/{client_id}/token",
                &[("client_id", "x")],
                "https://id.example.org",
            ),
            (
                "https://id.example.org/token?app={app}",
                &[("app", "x")],
                "https://id.example.org",
            ),
        ] {
            assert_eq!(
                of(template, variables).as_deref(),
                Some(server),
                "{template}"
            );
        }
        assert_eq!(of("{base_url}/token", &[]), None, "not filled in");
    }
}
