//! Token endpoints that are still there, and those that are not, as a local server answers in their place.

use std::{fs, io::Read, io::Write, net::TcpListener, thread};

use crate::run::{Run, authcore};

/// A server that gives every request this answer; its address.
fn answering(status: &'static str, headers: &'static str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            // The request is small: its head, and a body of a known length.
            let (mut seen, mut part) = (Vec::new(), [0; 1024]);
            while !is_whole(&seen) {
                match stream.read(&mut part) {
                    Ok(0) | Err(_) => break,
                    Ok(length) => seen.extend_from_slice(&part[..length]),
                }
            }
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.to_ascii_lowercase();
    let length = length
        .lines()
        .find_map(|it| it.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |it| it.parse().unwrap())
}

/// Checks a file whose token endpoint is there.
fn check(token: &str, arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("acme.toml");
    let text = format!(
        "id = \"acme\"\nname = \"Acme\"\nprotocol = \"oauth2\"\ntoken = \"{token}\"\n\
         authorization = \"https://acme.example/authorize\"\nuserinfo = \"https://acme.example/me\"\n\
         [profile]\nsubject = \"/id\"\n"
    );
    fs::write(&path, text).unwrap();
    let file = path.to_str().unwrap();
    let words = [&["providers", "check", file, "--live"][..], arguments].concat();
    authcore(&words)
}

/// What is told of a token endpoint that gives this answer: the weight, or `fine`.
fn told(status: &'static str, headers: &'static str, body: &'static str) -> (String, i32) {
    let address = format!("{}/token", answering(status, headers, body));
    let run = check(&address, &["--json"]);
    let json = run.json();
    let findings = json[0]["live"].as_array().unwrap();
    let about = findings.iter().find(|it| it["key"] == "token");
    let weight = about.map_or("fine", |it| it["weight"].as_str().unwrap());
    (weight.to_owned(), run.status)
}

const REFUSED: &str = r#"{"error":"invalid_request"}"#;

#[test]
fn a_token_endpoint_that_refuses_is_there() {
    for (status, body) in [
        ("400 Bad Request", REFUSED),
        ("401 Unauthorized", ""),
        ("200 OK", r#"{"error":"bad_verification_code"}"#),
        ("200 OK", r#"{"errcode":41002,"errmsg":"appid missing"}"#),
    ] {
        assert_eq!(
            told(status, "", body),
            ("fine".into(), 0),
            "{status} {body}"
        );
    }
}

#[test]
fn an_address_that_is_no_token_endpoint_fails_the_check() {
    for (status, headers, body) in [
        ("404 Not Found", "", "<html>not found</html>"),
        ("405 Method Not Allowed", "allow: GET\r\n", ""),
        ("410 Gone", "", ""),
        (
            "301 Moved Permanently",
            "location: https://elsewhere.example/\r\n",
            "",
        ),
        ("302 Found", "location: https://elsewhere.example/\r\n", ""),
        (
            "308 Permanent Redirect",
            "location: https://elsewhere.example/\r\n",
            "",
        ),
        (
            "200 OK",
            "content-type: text/html\r\n",
            "<html>welcome</html>",
        ),
        ("200 OK", "", r#"{"hello":"world"}"#),
    ] {
        assert_eq!(told(status, headers, body), ("wrong".into(), 1), "{status}");
    }
}

#[test]
fn a_name_that_nobody_has_and_a_closed_port_fail_the_check() {
    // RFC 6761, section 6.4: never a name.
    let unknown = check("https://token.invalid/token", &[]);
    assert_eq!(unknown.status, 1, "{}", unknown.out);
    assert!(
        unknown
            .out
            .contains("token.invalid/token cannot be reached"),
        "{}",
        unknown.out
    );
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let closed = check(&format!("http://{closed}/token"), &[]);
    assert_eq!(closed.status, 1, "{}", closed.out);
}

#[test]
fn a_server_that_is_busy_or_shy_is_noted_and_does_not_fail_the_check() {
    for (status, body) in [
        ("403 Forbidden", "<html>are you a robot?</html>"),
        ("429 Too Many Requests", ""),
        ("503 Service Unavailable", ""),
        ("404 Not Found", r#"{"error":"Not Found"}"#),
    ] {
        assert_eq!(told(status, "", body), ("note".into(), 0), "{status}");
    }
}

#[test]
fn a_schedule_gets_one_line_for_each_provider_and_one_status() {
    let there = answering("400 Bad Request", "", REFUSED);
    let run = check(&format!("{there}/token"), &["--lines"]);
    assert_eq!(run.status, 0, "{}", run.out);
    let line = format!("fine  acme: {there}/token answers with status 400\n");
    assert_eq!(run.out, line);
    let moved = answering("308 Permanent Redirect", "location: /elsewhere\r\n", "");
    let run = check(&format!("{moved}/token"), &["--lines", "--json"]);
    assert_eq!(run.status, 1, "{}", run.out);
    let json = run.json();
    assert_eq!(json[0]["id"], "acme");
    assert_eq!(json[0]["state"], "wrong");
    assert!(json[0]["what"].as_str().unwrap().contains("status 308"));
}

#[test]
fn the_round_of_the_catalogue_needs_to_be_told_that_it_may_ask() {
    let run = authcore(&["providers", "check", "--catalogue"]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("--live"), "{}", run.err);
    let both = authcore(&["providers", "check", "a.toml", "--catalogue", "--live"]);
    assert_eq!(both.status, 2);
    let none = authcore(&["providers", "check"]);
    assert_eq!(none.status, 2);
    assert!(none.err.contains("FILE"), "{}", none.err);
}
