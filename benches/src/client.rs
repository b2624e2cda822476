//! This file asks the same thing over and over, on connections that stay open, as cheaply as it can:
//! the request is prepared bytes, and an answer has the length of the first one.

use std::{
    io,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\n";
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// A client that knows one request and its answer.
pub struct Client {
    connections: Vec<TcpStream>,
    question: Arc<Question>,
}

/// How much was answered, and in which time.
#[derive(Debug, Clone, Copy)]
pub struct Driven {
    /// Requests that were answered.
    pub answers: u64,
    /// From the first request to the last answer.
    pub time: Duration,
}

struct Question {
    request: Vec<u8>,
    /// The length of an answer, head and body.
    length: usize,
    body: Vec<u8>,
}

impl Client {
    /// Opens so many connections, and asks once to learn the answer.
    ///
    /// # Errors
    /// When the server cannot be reached or answers anything but 200.
    pub async fn connect(
        address: SocketAddr,
        path: &str,
        cookie: &str,
        connections: usize,
    ) -> io::Result<Self> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\n\r\n");
        let request = request.into_bytes();
        let mut open = Vec::new();
        for _ in 0..connections {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            open.push(stream);
        }
        let first = open
            .first_mut()
            .ok_or_else(|| strange("there is no connection to ask on"))?;
        let (length, body) = first_answer(first, &request).await?;
        let question = Question {
            request,
            length,
            body,
        };
        Ok(Self {
            connections: open,
            question: Arc::new(question),
        })
    }

    /// What the first answer said.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.question.body
    }

    /// Asks for a while, one request at a time on each connection.
    ///
    /// # Errors
    /// When a connection breaks or an answer differs from the first one.
    pub async fn drive(&mut self, span: Duration) -> io::Result<Driven> {
        let began = Instant::now();
        let mut asking = JoinSet::new();
        for stream in self.connections.drain(..) {
            asking.spawn(ask_until(began + span, stream, self.question.clone()));
        }
        let mut answers = 0;
        while let Some(asked) = asking.join_next().await {
            let (stream, count) = asked.map_err(io::Error::other)??;
            self.connections.push(stream);
            answers += count;
        }
        Ok(Driven {
            answers,
            time: began.elapsed(),
        })
    }
}

async fn ask_until(
    end: Instant,
    mut stream: TcpStream,
    question: Arc<Question>,
) -> io::Result<(TcpStream, u64)> {
    let mut answer = vec![0; question.length];
    let mut count = 0;
    while Instant::now() < end {
        stream.write_all(&question.request).await?;
        stream.read_exact(&mut answer).await?;
        if !(answer.starts_with(OK) && answer.ends_with(&question.body)) {
            return Err(strange("an answer differs from the first one"));
        }
        count += 1;
    }
    Ok((stream, count))
}

/// Reads an answer whose length is not known yet: its whole length, and its body.
async fn first_answer(stream: &mut TcpStream, request: &[u8]) -> io::Result<(usize, Vec<u8>)> {
    stream.write_all(request).await?;
    let mut read = Vec::new();
    loop {
        if stream.read_buf(&mut read).await? == 0 {
            return Err(strange("the server closed the connection"));
        }
        let end = read
            .windows(END_OF_HEAD.len())
            .position(|w| w == END_OF_HEAD);
        let Some(end) = end else { continue };
        let (head, body) = read.split_at(end + END_OF_HEAD.len());
        if !head.starts_with(OK) {
            return Err(strange("the answer is not 200"));
        }
        let expected = content_length(head).ok_or_else(|| strange("the answer has no length"))?;
        if body.len() >= expected {
            return Ok((head.len() + expected, body[..expected].to_vec()));
        }
    }
}

fn content_length(head: &[u8]) -> Option<usize> {
    let head = std::str::from_utf8(head).ok()?;
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
}

fn strange(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Hand, Server, Visitor, Way, application};

    fn serve(visitor: &Visitor) -> Server {
        let routes = application(&visitor.auth, Hand::Decodes(visitor.codec.clone()));
        Server::start(async { Ok(routes) }).unwrap()
    }

    #[tokio::test]
    async fn the_decoder_by_hand_and_the_extractor_say_the_same_name() {
        let visitor = Visitor::new().unwrap();
        let server = serve(&visitor);
        for way in [Way::ByHand, Way::Session] {
            let client = Client::connect(server.address(), way.path(), &visitor.cookie(), 1).await;
            assert_eq!(client.unwrap().body(), b"Hello, Ada Lovelace!", "{way:?}");
        }
    }

    #[tokio::test]
    async fn neither_knows_a_visitor_whose_token_was_altered() {
        let visitor = Visitor::new().unwrap();
        let server = serve(&visitor);
        let forged = visitor.cookie().replace(&visitor.token, "forged");
        for way in [Way::ByHand, Way::Session] {
            let client = Client::connect(server.address(), way.path(), &forged, 1).await;
            assert!(client.is_err(), "{way:?}");
        }
    }

    #[tokio::test]
    async fn what_is_counted_was_answered_on_connections_that_stay_open() {
        let visitor = Visitor::new().unwrap();
        let server = serve(&visitor);
        let cookie = visitor.cookie();
        let mut client = Client::connect(server.address(), Way::Session.path(), &cookie, 2)
            .await
            .unwrap();
        for _ in 0..2 {
            let driven = client.drive(Duration::from_millis(5)).await.unwrap();
            assert!(driven.answers >= 2, "{driven:?}");
            assert_eq!(client.connections.len(), 2);
        }
    }
}
