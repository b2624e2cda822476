//! This file decides where a browser may be sent: to our own origin, or where a hook says.
//!
//! RFC 9700, section 4.11: no open redirector. A wanted target is parsed as browsers parse it
//! (WHATWG URL) before it is compared, so that `//`, `\`, tabs, `@` and their like have no effect.

use url::Url;

use crate::hooks::Hooks;

/// The most bytes of a target: what an attempt's cookie has room for. A longer one is left aside.
const LONGEST: usize = 2048;

/// The most bytes of a target as a cookie holds it. A longer one is kept in the page's form and in the
/// attempt only, so that our cookies stay below what proxies accept.
const LONGEST_COOKIE: usize = 1024;

/// Whether a target may be kept in a cookie, where a byte can take three.
pub(crate) fn fits_a_cookie(target: &str) -> bool {
    let escaped = target
        .bytes()
        .filter(|byte| !byte.is_ascii_alphanumeric())
        .count();
    target.len() + 2 * escaped <= LONGEST_COOKIE
}

/// Where the browser goes: `wanted` if it may, else the origin.
pub(crate) fn target(hooks: &dyn Hooks, wanted: &str, origin: &str, base_path: &str) -> String {
    if let Some(decided) = hooks.redirect(wanted, origin) {
        return absolute(&decided, origin).unwrap_or_else(|| origin.to_owned());
    }
    same_origin(wanted, origin, base_path).unwrap_or_else(|| origin.to_owned())
}

/// An absolute URL of what the application's own settings or hooks name: a path of this site, or any
/// `http` or `https` URL.
pub(crate) fn absolute(named: &str, origin: &str) -> Option<String> {
    let url = parse(named, origin)?;
    Some(url.into())
}

fn same_origin(wanted: &str, origin: &str, base_path: &str) -> Option<String> {
    if wanted.len() > LONGEST {
        tracing::info!(
            bytes = wanted.len(),
            limit = LONGEST,
            "a return address is too long: the visitor goes to the start page instead"
        );
        return None;
    }
    let mut url = parse(wanted, origin)?;
    if url.origin().ascii_serialization() != origin {
        return None;
    }
    // `/..//x` is the path `//x`, which whoever takes a path for itself reads as another host.
    if url.path().starts_with("//") {
        let path = format!("/{}", url.path().trim_start_matches('/'));
        url.set_path(&path);
    }
    // Coming back to the sign-in, sign-out or error page would look like a failure.
    let own = url.path().strip_prefix(base_path).is_some_and(|rest| {
        ["/signin", "/signout", "/error", "/verify-request"]
            .iter()
            .any(|page| rest == *page || rest.starts_with(&format!("{page}/")))
    });
    if own { None } else { Some(url.into()) }
}

fn parse(text: &str, origin: &str) -> Option<Url> {
    let url = Url::parse(origin).ok()?.join(text).ok()?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none();
    plain.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hooks::NoHooks;

    const ORIGIN: &str = "https://app.example.org";

    fn to(wanted: &str) -> String {
        target(&NoHooks, wanted, ORIGIN, "/api/auth")
    }

    #[test]
    fn paths_and_urls_of_this_site_are_kept() {
        assert_eq!(to("/me?x=1#y"), "https://app.example.org/me?x=1#y");
        assert_eq!(
            to("https://app.example.org/me"),
            "https://app.example.org/me"
        );
        assert_eq!(
            to("HTTPS://APP.example.org:443/me"),
            "https://app.example.org/me"
        );
    }

    #[test]
    fn our_own_pages_are_no_target() {
        for page in [
            "/api/auth/signin",
            "/api/auth/signin/x?y",
            "/api/auth/error",
        ] {
            assert_eq!(to(page), ORIGIN, "{page}");
        }
        assert_eq!(
            to("/api/auth/signing"),
            "https://app.example.org/api/auth/signing"
        );
    }

    struct Elsewhere(&'static str);
    impl Hooks for Elsewhere {
        fn redirect(&self, _: &str, _: &str) -> Option<String> {
            Some(self.0.into())
        }
    }

    #[test]
    fn a_hook_may_send_elsewhere_but_only_to_web_pages() {
        let to = |named| target(&Elsewhere(named), "/", ORIGIN, "/api/auth");
        assert_eq!(to("https://other.example/x"), "https://other.example/x");
        assert_eq!(to("/x"), "https://app.example.org/x");
        assert_eq!(to("javascript:alert(1)"), ORIGIN);
    }

    /// At least a hundred ways in which open redirects were found elsewhere.
    #[test]
    fn no_target_leads_away() {
        let hosts = [
            "evil.example",
            "evil.example%2f",
            "evil.example:443",
            "app.example.org.evil.example",
        ];
        let forms = [
            "//{}",
            "///{}",
            "////{}",
            "/\\{}",
            "\\\\{}",
            "\\/{}",
            "/\t/{}",
            "\t//{}",
            "/\n/{}",
            " //{}",
            "\u{0}//{}",
            "https:{}",
            "https:/{}",
            "https://{}",
            "https:///{}",
            "https:\\\\{}",
            "http://{}",
            "https://app.example.org@{}",
            "https://app.example.org:x@{}",
            "//app.example.org@{}",
            "https://app.example.org\\@{}",
            "https://app.example.org%00@{}",
            "javascript://{}/%0aalert(1)",
            "ftp://{}",
            "data:text/html,{}",
            "/\r\n//{}",
        ];
        let mut tried = 0;
        for host in hosts {
            for form in forms {
                let wanted = form.replace("{}", host);
                let reached = to(&wanted);
                let url = Url::parse(&reached).unwrap();
                assert_eq!(
                    url.origin().ascii_serialization(),
                    ORIGIN,
                    "{wanted:?} → {reached}"
                );
                assert!(
                    reached.is_ascii() && !reached.contains(['\r', '\n', '\t']),
                    "{reached:?}"
                );
                tried += 1;
            }
        }
        for wanted in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            "vbscript:x",
            "data:text/html;base64,PHNjcmlwdD4=",
            "blob:https://evil.example/x",
            "file:///etc/passwd",
            "about:blank",
            "http://app.example.org/",
            "https://app.example.org:8443/",
            "https://user@app.example.org/",
            "https://аpp.example.org/",
            "https://app。example。org.evil.example",
            "https://[::1]/",
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://",
            "http:",
            "//",
            "https://%",
            "https://app.example.org%2f@evil.example",
            "https://evil.example#@app.example.org",
            "https://evil.example?@app.example.org",
            "mailto:a@b",
        ] {
            let reached = to(wanted);
            let origin = Url::parse(&reached).unwrap().origin().ascii_serialization();
            assert_eq!(origin, ORIGIN, "{wanted:?} → {reached}");
            tried += 1;
        }
        assert!(tried >= 100, "{tried}");
        assert_eq!(to(&format!("/{}", "a".repeat(LONGEST))), ORIGIN);
    }
}
