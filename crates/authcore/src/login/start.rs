//! An attempt begins: the provider says where to, the browser gets the attempt's cookie.

use url::Url;

use super::{
    Purpose,
    transaction::{self, Rest},
};
use crate::{
    context::Context,
    error::Failure,
    model::Params,
    provider::{Attempt, Provider, ProviderError, Start, Started},
    web::{guard::Guarded, jar::Jar, request::Request, response::Response},
};

/// Begins an attempt for a POST that may act for the visitor.
#[tracing::instrument(level = "debug", skip_all)]
pub(crate) async fn start(
    cx: &Context,
    request: &Request,
    _guarded: &Guarded,
    provider: &dyn Provider,
    purpose: Purpose,
    callback_url: String,
    jar: &mut Jar<'_>,
) -> Result<Response, Failure> {
    let info = provider.info();
    let attempt = Attempt::new()?;
    let params = allowed(&request.query, &info.passes);
    let (own_url, form) = (cx.callback_url(&info.id), request.body.texts());
    let transport = cx.transport.as_ref();
    let start = Start::new(&attempt, &own_url, &params, &form, transport, cx.now())
        .with_stores(cx.stores());
    let started = provider.start(&start).await?;
    match started {
        Started::Redirect { url, keep } => {
            if !is_web_page(&url) {
                return Err(ProviderError::Misconfigured(
                    "the provider sent the browser to something that is no web page".into(),
                )
                .into());
            }
            let rest = Rest {
                callback_url,
                keep,
                purpose,
            };
            transaction::seal(cx, jar, info, &attempt, rest)?;
            Ok(Response::redirect(&url))
        }
        Started::MessageSent => {
            let page = format!(
                "/verify-request?provider={}&type={}",
                info.id,
                info.kind.as_str()
            );
            Ok(Response::redirect(&cx.url(&page)))
        }
    }
}

/// What the application may pass on to the provider. Everything else is left out: a visitor must not
/// choose the redirect URI, the client or the scope.
fn allowed(query: &Params, passes: &[String]) -> Params {
    query
        .iter()
        .filter(|(name, _)| passes.iter().any(|pass| pass == name))
        .collect()
}

fn is_web_page(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_allowed_parameters_pass() {
        let query = Params::parse(b"prompt=login&redirect_uri=https://evil.example&scope=all&client_id=x&response_type=token&state=y").unwrap();
        let passed = allowed(&query, &["prompt".into(), "login_hint".into()]);
        assert_eq!(passed.encode(), "prompt=login");
    }

    #[test]
    fn only_web_pages_are_gone_to() {
        assert!(is_web_page("https://example.org/authorize?x=y"));
        for url in [
            "javascript:alert(1)",
            "/relative",
            "data:text/html,x",
            "https://",
        ] {
            assert!(!is_web_page(url), "{url}");
        }
    }
}
