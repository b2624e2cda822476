//! A server that answers each path as a test says, over HTTP or over TLS with a certificate that nobody
//! knows.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpListener},
    sync::Arc,
    thread,
};

use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned, pki_types};

/// The status, the type of the body, the body.
pub(crate) type Answer = (u16, &'static str, String);

pub(crate) const JSON: &str = "application/json";
pub(crate) const PAGE: &str = "text/html; charset=utf-8";

/// Serves as long as the tests run, and says where. Answers get the server's own URL first.
pub(crate) fn serve(answer: impl Fn(&str, &str) -> Answer + Send + 'static) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let own = url.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            speak(stream.unwrap(), |path| answer(&own, path));
        }
    });
    url
}

/// The same over TLS, under a certificate of a root that no machine has.
pub(crate) fn serve_tls() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!(
        "https://localhost:{}",
        listener.local_addr().unwrap().port()
    );
    let certificate = include_bytes!("tls/certificate.der").to_vec();
    let key = pki_types::PrivatePkcs8KeyDer::from(include_bytes!("tls/key.der").to_vec());
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.into()], key.into())
        .unwrap();
    let config = Arc::new(config);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let stream = StreamOwned::new(connection, stream.unwrap());
            speak(stream, |_| (200, JSON, "{}".to_owned()));
        }
    });
    url
}

fn speak(stream: impl Read + Write, answer: impl Fn(&str) -> Answer) {
    let mut stream = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    // A TLS handshake (RFC 8446, section 5.1) where none is spoken.
    if stream
        .fill_buf()
        .is_ok_and(|begun| begun.first() == Some(&0x16))
    {
        let refused = "HTTP/1.1 400 .\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        let _ = stream.get_mut().write_all(refused.as_bytes());
        return;
    }
    // A client that ends the connection, as one that knows no such issuer, is answered nothing.
    if stream.read_line(&mut first).is_err() {
        return;
    }
    loop {
        let mut line = String::new();
        match stream.read_line(&mut line) {
            Err(_) | Ok(0) => return,
            Ok(_) if line.trim().is_empty() => break,
            Ok(_) => {}
        }
        let line = line.to_ascii_lowercase();
        if let Some(said) = line.strip_prefix("content-length:") {
            length = said.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    if stream.read_exact(&mut body).is_err() {
        return;
    }
    let path = first.split(' ').nth(1).unwrap_or_default();
    let (status, kind, body) = answer(path);
    let head = format!(
        "HTTP/1.1 {status} .\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nlocation: /elsewhere\r\n\
         connection: close\r\n\r\n",
        body.len()
    );
    let _ = stream
        .get_mut()
        .write_all(format!("{head}{body}").as_bytes());
}
