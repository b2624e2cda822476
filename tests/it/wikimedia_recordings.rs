//! Replays what five real MediaWiki servers answered, through the catalogue's `wikimedia`: the login,
//! the refusal without `state`, refreshes, and every error that was recorded.
//!
//! `recordings/wikimedia.json` and `recordings/wikimedia-lts.json` say where the answers are from. The
//! releases with long support are in `wikimedia_recordings/lts.rs`.

mod errors;
mod lts;
mod replay;

use std::{collections::BTreeMap, time::Duration};

use authcore::{
    Auth,
    config::Env,
    model::Params,
    provider::{Attempt, Misbehaviour, ProviderError},
};
use http::{Request, Response, header};
use serde_json::Value;

use replay::{AGENT, NOW, Peer, Replay, finish, peers, refused};

fn header_of(request: &Request<Vec<u8>>, name: header::HeaderName) -> Option<&str> {
    request
        .headers()
        .get(name)
        .map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_recorded_login_is_asked_for_and_read_as_it_was() {
    for peer in peers() {
        let replay = peer.answering(&["happy/token", "happy/profile"]);
        let params = peer.callback("happy/callback");
        let proof = finish(&peer.provider(), &replay, &params).await.unwrap();
        assert_eq!(proof.subject.as_str(), "3");
        assert_eq!(proof.profile.name.as_deref(), Some("BenchUser"));
        assert_eq!(proof.profile.email, None);
        assert!(proof.tokens.access_token.is_some() && proof.tokens.refresh_token.is_some());
        assert_eq!(
            proof.tokens.expires_at,
            Some(NOW.plus(Duration::from_secs(14_400)))
        );

        let requests = replay.requests();
        let [token, profile] = &requests[..] else {
            panic!("{} requests", requests.len())
        };
        for (request, case) in [(token, "happy/token"), (profile, "happy/profile")] {
            let recorded = &peer.case(case)["request"];
            assert_eq!(request.method(), recorded["method"].as_str().unwrap());
            assert_eq!(request.uri().to_string(), recorded["url"].as_str().unwrap());
            for pair in recorded["headers"].as_array().unwrap() {
                let name: header::HeaderName = pair[0].as_str().unwrap().parse().unwrap();
                assert_eq!(header_of(request, name), pair[1].as_str(), "{case}");
            }
        }
        let (ours, theirs) = (
            Params::parse(token.body()).unwrap(),
            peer.form("happy/token"),
        );
        for name in ["grant_type", "code", "redirect_uri"] {
            assert_eq!(ours.get(name), theirs.get(name), "{name}");
        }
        assert_eq!(ours.get("scope"), None);
        let verifier = Attempt::from_seed([9; 32]).code_verifier();
        assert_eq!(ours.get("code_verifier"), Some(verifier.as_str()));
        assert_eq!(ours.get("client_secret"), None, "it is in the header");
        let basic = &peer.case("client_secret_basic/token")["request"]["headers"];
        let basic = basic
            .as_array()
            .unwrap()
            .iter()
            .find(|pair| pair[0] == "Authorization");
        assert_eq!(
            header_of(token, header::AUTHORIZATION),
            basic.unwrap()[1].as_str()
        );
        assert_eq!(header_of(profile, header::COOKIE), Some("UseDC=master"));
    }
}

#[tokio::test]
async fn recorded_profiles_become_the_people_they_are_about() {
    // Who they are, their name and their address; `-` where there is none.
    let people = "
        happy/profile_new_access_token            3 BenchUser        -
        client_secret_basic/profile               3 BenchUser        -
        private_confirmed_email/profile           3 BenchUser        bench.user@example.org
        private_no_email/profile                  4 BenchNoMail      -
        private_unconfirmed_email/profile         7 BenchUnconfirmed -
        private_unicode_username/profile          5 Ünïcode_Üser     uni@example.org
        private_sysop/profile                     2 BenchAdmin       bench.admin@example.org
        private_blocked_user/profile              6 BenchBlocked     -
        basic/profile                             3 BenchUser        -
        basic_privateinfo/profile                 3 BenchUser        bench.user@example.org
        hidden_user/profile_before                8 BenchHidden      -
        hidden_user/profile_after_hideuser_block  8 -                -
        realname_hidden_pref/profile              3 BenchUser        bench.user@example.org
        old_account_no_registration_date/profile  9 BenchOld         -
        ip_block/profile_server_ip_blocked        3 BenchUser        -
    ";
    for peer in peers() {
        for line in people.trim().lines() {
            let [case, subject, name, email] = words(line);
            let [name, email] = [name, email].map(|word| (word != "-").then_some(word));
            let proof = peer.login(&["happy/token", case]).await.unwrap();
            assert_eq!(proof.subject.as_str(), subject, "{case}");
            assert_eq!(
                proof.profile.name,
                name.map(|it| it.replace('_', " ")),
                "{case}"
            );
            let address = proof.profile.email.as_ref().map(|it| it.address.as_str());
            assert_eq!(address, email, "{case}");
            assert!(proof.profile.email.is_none_or(|it| it.verified), "{case}");
        }
    }
}

#[tokio::test]
async fn a_profile_of_nobody_signs_nobody_in() {
    let [_, old] = peers();
    let outcome = old
        .login(&["happy/token", "client_credentials/profile"])
        .await;
    assert_eq!(outcome, Err(Misbehaviour::SubjectInvalid.into()));
}

#[tokio::test]
async fn recorded_refusals_of_the_visitor_are_told_from_faults() {
    for peer in peers() {
        let replay = peer.answering(&[]);
        for (case, error) in [
            ("denied/callback", ProviderError::Denied),
            ("scope_unknown_openid/callback", refused("invalid_scope")),
        ] {
            let outcome = finish(&peer.provider(), &replay, &peer.callback(case)).await;
            assert_eq!(outcome, Err(error), "{} {case}", peer.name);
        }
    }
}

/// A browser that knows cookies and nothing else.
struct Visitor {
    auth: Auth,
    cookies: BTreeMap<String, String>,
}

impl Visitor {
    async fn ask(&mut self, method: &str, path: &str, body: &str) -> Response<Vec<u8>> {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        let request = Request::builder()
            .method(method)
            .uri(format!("http://localhost:3000/auth{path}"))
            .header("host", "localhost:3000")
            .header("origin", "http://localhost:3000")
            .header("cookie", cookies.join("; "))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.as_bytes().to_vec())
            .unwrap();
        let answer = self.auth.handle(request).await;
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            match value {
                "" => self.cookies.remove(name),
                _ => self.cookies.insert(name.into(), value.into()),
            };
        }
        answer
    }

    /// Presses the button; the state that goes to the wiki.
    async fn press_sign_in(&mut self) -> String {
        let answer = self.ask("GET", "/csrf", "").await;
        let csrf: Value = serde_json::from_slice(answer.body()).unwrap();
        let form = format!("csrfToken={}", csrf["csrfToken"].as_str().unwrap());
        let answer = self.ask("POST", "/signin/wikimedia", &form).await;
        let target = location(&answer);
        assert!(
            target.path().ends_with("/w/rest.php/oauth2/authorize"),
            "{target}"
        );
        let state = target.query_pairs().find(|(name, _)| name == "state");
        state.unwrap().1.into_owned()
    }

    async fn session(&mut self) -> Value {
        let answer = self.ask("GET", "/session", "").await;
        serde_json::from_slice(answer.body()).unwrap()
    }
}

fn location(answer: &Response<Vec<u8>>) -> url::Url {
    let location = answer.headers()[header::LOCATION].to_str().unwrap();
    let base = url::Url::parse("http://localhost:3000").unwrap();
    base.join(location).unwrap()
}

fn visitor(peer: &Peer, replay: Replay) -> Visitor {
    let auth = Auth::builder()
        .env(Env::none())
        .url("http://localhost:3000/auth")
        .secret("a secret of tests, 32 bytes or more")
        .user_agent(AGENT)
        .transport(replay)
        .provider(peer.settings())
        .build();
    Visitor {
        auth: auth.unwrap_or_else(|problems| panic!("{problems}")),
        cookies: BTreeMap::new(),
    }
}

#[tokio::test]
async fn a_recorded_login_opens_a_session() {
    for peer in peers() {
        let replay = peer.answering(&["happy/token", "private_unicode_username/profile"]);
        let mut visitor = visitor(&peer, replay);
        let state = visitor.press_sign_in().await;
        let mut params = peer.callback("happy/callback");
        params.set("state", state);
        let path = format!("/callback/wikimedia?{}", params.encode());
        let answer = visitor.ask("GET", &path, "").await;
        assert_eq!(location(&answer).as_str(), "http://localhost:3000/");
        assert_eq!(visitor.session().await["user"]["name"], "Ünïcode Üser");
    }
}

#[tokio::test]
async fn a_recorded_refusal_without_state_ends_no_attempt() {
    for peer in peers() {
        let replay = peer.answering(&["happy/token", "private_unicode_username/profile"]);
        let mut visitor = visitor(&peer, replay);
        let state = visitor.press_sign_in().await;
        let denial = peer.callback("denied/callback");
        assert_eq!(denial.get("state"), None);
        let path = format!("/callback/wikimedia?{}", denial.encode());
        let answer = visitor.ask("GET", &path, "").await;
        let target = location(&answer);
        let query: BTreeMap<_, _> = target.query_pairs().into_owned().collect();
        assert_eq!(query["code"], "access_denied", "{target}");
        assert_eq!(visitor.session().await, Value::Null);
        // It may be another tab's: going back and allowing signs in.
        let mut params = peer.callback("happy/callback");
        params.set("state", state);
        let path = format!("/callback/wikimedia?{}", params.encode());
        let answer = visitor.ask("GET", &path, "").await;
        assert_eq!(location(&answer).as_str(), "http://localhost:3000/");
    }
}

/// The words of a line of a table.
fn words<const N: usize>(line: &str) -> [&str; N] {
    let words: Vec<_> = line.split_whitespace().collect();
    words.try_into().unwrap_or_else(|_| panic!("{line}"))
}
