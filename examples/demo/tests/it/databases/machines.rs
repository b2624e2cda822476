//! This file runs the demo as an application on three machines does: three processes with one secret
//! on one database, behind a proxy that sends each request to another of them, with sixty people signing
//! in at once while one of the three is killed.
//!
//! What must hold whatever the moment: everyone is signed in as themselves or sees an error that a new
//! try mends; nobody is there twice; an attempt that one process has used is used at all of them.

use std::{collections::BTreeMap, env, process};

use authcore::random;
use authcore_postgres::sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use authcore_testing::{
    browser::{Browser, BrowserError, Follow, Page},
    hosts::Hosts,
    identity::{Client, Endpoint, LocalProvider, Person, Persona},
};
use http::Method;
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinSet;
use url::Url;

use crate::{
    program::{Demo, folder},
    proxy::{Proxy, SERVED_BY},
};

const ORIGIN: &str = "https://app.example.org";
const BASE: &str = "https://app.example.org/api/auth";
const PEOPLE: usize = 20;
/// Browsers of each of them, all at once.
const BROWSERS: usize = 3;
/// The one that is killed.
const VICTIM: usize = 1;

/// A database of its own on the server, dropped by [`Place::gone`].
struct Place {
    server: String,
    name: String,
}

impl Place {
    async fn new() -> Self {
        let server = env::var("AUTHCORE_POSTGRES_URL").unwrap_or_else(|_| {
            panic!(
                "AUTHCORE_POSTGRES_URL names no server: run `cargo xtask test`, which starts one"
            )
        });
        let chance: [u8; 8] = random::bytes().unwrap();
        let name = format!("demo_{}_{:x}", process::id(), u64::from_be_bytes(chance));
        let place = Self { server, name };
        place.on_the_server("CREATE DATABASE").await;
        place
    }

    fn url(&self) -> String {
        let mut url = Url::parse(&self.server).unwrap();
        url.set_path(&self.name);
        url.into()
    }

    async fn on_the_server(&self, what: &str) {
        let mut server = PgConnection::connect(&self.server).await.unwrap();
        let statement = format!("{what} \"{}\"", self.name);
        server.execute(AssertSqlSafe(statement)).await.unwrap();
    }

    /// The only number that a question has for an answer.
    async fn count(&self, question: &'static str) -> i64 {
        let mut database = PgConnection::connect(&self.url()).await.unwrap();
        database.fetch_one(question).await.unwrap().get(0)
    }

    async fn gone(self) {
        self.on_the_server("DROP DATABASE IF EXISTS").await;
    }
}

/// Three demos behind a proxy, and the provider that everyone has an account at.
struct Machines {
    op: LocalProvider,
    place: Place,
    proxy: Proxy,
    demos: Vec<Demo>,
    _folder: TempDir,
}

impl Machines {
    async fn start(session: &str) -> Self {
        let client =
            Client::new("demo-client", "demo-secret").redirect_uri(format!("{BASE}/callback/op"));
        let mut op = LocalProvider::standing_in(Persona::OpenId).client(client);
        for number in 0..PEOPLE {
            let person = Person::new(login(number), format!("subject-{number}"))
                .name(name(number))
                .verified_email(format!("{}@example.org", login(number)));
            op = op.person(person);
        }
        let op = op.start().await.unwrap();
        let place = Place::new().await;
        let mut proxy = Proxy::bind().await;
        let folder = folder();
        let url = place.url();
        let variables = [
            ("DATABASE_URL", url.as_str()),
            ("AUTH_URL", BASE),
            ("AUTH_SECRET", "a secret of a test, 32 bytes or more"),
            ("AUTH_SESSION", session),
            ("AUTH_OP_ISSUER", op.issuer()),
            ("AUTH_OP_ID", "demo-client"),
            ("AUTH_OP_SECRET", "demo-secret"),
        ];
        // All at once, on an empty database.
        let (one, two, three) = tokio::join!(
            Demo::start(folder.path(), &variables),
            Demo::start(folder.path(), &variables),
            Demo::start(folder.path(), &variables),
        );
        let demos = vec![one, two, three];
        proxy.stand_before(demos.iter().map(Demo::address));
        Self {
            op,
            place,
            proxy,
            demos,
            _folder: folder,
        }
    }

    /// A browser that reaches the proxy and the provider.
    fn browser(&self) -> Browser {
        self.browser_at(self.proxy.address)
    }

    fn browser_at(&self, address: std::net::SocketAddr) -> Browser {
        let op = self.op.url();
        let port = Url::parse(&op).unwrap().port().unwrap();
        let hosts = Hosts::new().map(ORIGIN, address).unwrap();
        Browser::new(hosts.map(&op, ([127, 0, 0, 1], port).into()).unwrap())
    }

    async fn gone(mut self) {
        for demo in self.demos.drain(..) {
            assert_eq!(demo.interrupt().await.code, Some(0));
        }
        self.place.gone().await;
    }
}

fn login(number: usize) -> String {
    format!("person{number}")
}

fn name(number: usize) -> String {
    format!("Person {number}")
}

/// How a try to sign in went.
enum Tried {
    /// At the application's own page; which demo let them in.
    In { by: usize },
    /// An error page, or no answer.
    Failed,
}

fn tried(end: Result<Page, BrowserError>) -> Tried {
    let Ok(page) = end else {
        return Tried::Failed;
    };
    if !(page.status == 200 && page.url.as_str() == format!("{ORIGIN}/")) {
        return Tried::Failed;
    }
    let callback = page
        .trail
        .iter()
        .find(|hop| hop.url.path().contains("/callback/"))
        .expect("who is in came by the callback");
    let by = callback.headers[SERVED_BY].to_str().unwrap();
    Tried::In {
        by: by.parse().unwrap(),
    }
}

async fn whom(browser: &mut Browser) -> Value {
    let me = browser.fetch(&format!("{ORIGIN}/me")).await.unwrap();
    assert_eq!(me.status, 200, "{}", me.text());
    me.json().unwrap()["user"]["name"].clone()
}

/// What became of one browser.
struct Visit {
    person: usize,
    browser: Browser,
    tries: usize,
    by: usize,
}

async fn sign_in(mut browser: Browser, person: usize) -> Visit {
    for tries in 1..=3 {
        let end = browser.sign_in_with(BASE, "op", &login(person)).await;
        if let Tried::In { by } = tried(end) {
            return Visit {
                person,
                browser,
                tries,
                by,
            };
        }
        // Whoever sees an error is nobody, and not somebody else.
        assert_eq!(whom(&mut browser).await, Value::Null);
    }
    panic!("{} is not in after three tries", login(person));
}

async fn sixty_sign_in_while_one_of_three_is_killed(session: &str) {
    let mut machines = Machines::start(session).await;
    let mut logins = JoinSet::new();
    for number in 0..PEOPLE * BROWSERS {
        logins.spawn(sign_in(machines.browser(), number % PEOPLE));
    }
    // It has let the first ones in; others are under way, or have not begun.
    machines.proxy.has_answers_of(VICTIM, 4).await;
    machines.demos.remove(VICTIM).killed().await;
    let mut visits = logins.join_all().await;

    let mut by_the_killed = 0;
    let mut again = 0;
    for visit in &mut visits {
        by_the_killed += usize::from(visit.by == VICTIM);
        again += usize::from(visit.tries > 1);
        // Asked of one process and of the other.
        for _ in 0..2 {
            assert_eq!(
                whom(&mut visit.browser).await,
                name(visit.person).as_str(),
                "{session}"
            );
        }
    }
    println!("{session}: {by_the_killed} were let in by the killed one, {again} tried again");
    assert!(by_the_killed > 0, "{session}: it was killed too early");

    let place = &machines.place;
    let people = i64::try_from(PEOPLE).unwrap();
    for (question, answer) in [
        ("SELECT count(*) FROM authcore_users", people),
        ("SELECT count(DISTINCT email) FROM authcore_users", people),
        ("SELECT count(*) FROM authcore_accounts", people),
        (
            "SELECT count(DISTINCT user_id) FROM authcore_accounts",
            people,
        ),
        (
            "SELECT count(*) FROM authcore_accounts a JOIN authcore_users u ON u.id = a.user_id \
             WHERE 'person' || substr(a.subject, 9) || '@example.org' <> u.email",
            0,
        ),
    ] {
        assert_eq!(place.count(question).await, answer, "{session}: {question}");
    }
    let kept = place.count("SELECT count(*) FROM authcore_sessions").await;
    let least = if session == "database" {
        visits.len()
    } else {
        0
    };
    assert!(kept >= i64::try_from(least).unwrap(), "{session}: {kept}");
    drop(visits);
    machines.gone().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_sign_in_with_sessions_in_the_database_while_one_of_three_is_killed() {
    sixty_sign_in_while_one_of_three_is_killed("database").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_sign_in_with_sealed_sessions_while_one_of_three_is_killed() {
    sixty_sign_in_while_one_of_three_is_killed("jwt").await;
}

#[tokio::test]
async fn an_attempt_that_one_process_has_used_is_refused_by_the_others() {
    for session in ["database", "jwt"] {
        let machines = Machines::start(session).await;
        let mut browser = machines.browser();
        let page = browser.press_sign_in(BASE, "op").await.unwrap();
        let form = page.form_with_button(&login(0)).unwrap();
        let submission = browser.submission(&form).follow(Follow::WithinOrigin);
        let callback = submission.go().await.unwrap().location().unwrap();
        // Everything that the browser has at this moment.
        let mut statuses = BTreeMap::new();
        let mut thieves = Vec::new();
        for (number, demo) in machines.demos.iter().enumerate() {
            let mut thief = browser.thief();
            thief.reach(machines.browser_at(demo.address()).hosts());
            thieves.push((number, thief));
        }
        let back = browser.visit(Method::GET, callback.as_str());
        let page = back.from_page(machines.op.url()).go().await.unwrap();
        assert!(matches!(tried(Ok(page)), Tried::In { .. }), "{session}");
        let asked = machines.op.count(Endpoint::Token);
        for (number, mut thief) in thieves {
            let again = thief.visit(Method::GET, callback.as_str());
            let page = again.from_page(machines.op.url()).go().await.unwrap();
            assert_ne!(page.url.path(), "/", "{session}: {}", page.text());
            assert_eq!(whom(&mut thief).await, Value::Null, "{session} at {number}");
            statuses.insert(number, page.status.as_u16());
        }
        assert_eq!(statuses.len(), 3);
        // It is the database that says so: the provider was not asked about the code again.
        assert_eq!(machines.op.count(Endpoint::Token), asked, "{session}");
        assert_eq!(whom(&mut browser).await, name(0).as_str());
        machines.gone().await;
    }
}

#[tokio::test]
async fn what_has_ended_is_removed_by_the_demo_itself() {
    let place = Place::new().await;
    let folder = folder();
    let url = place.url();
    let variables = [("DATABASE_URL", url.as_str())];
    let demo = Demo::start(folder.path(), &variables).await;
    for login in ["ada", "nomail"] {
        let mut browser = demo.browser(&Hosts::new());
        let page = browser.sign_in_with(&demo.base(), "wikimedia", login).await;
        assert_eq!(page.unwrap().url.path(), "/");
    }
    let count = "SELECT count(*) FROM authcore_sessions";
    assert_eq!(place.count(count).await, 2);
    assert_eq!(demo.interrupt().await.code, Some(0));
    let end = "UPDATE authcore_sessions SET expires_at = 1 \
               WHERE user_id = (SELECT id FROM authcore_users WHERE name = 'Ada')";
    let mut database = PgConnection::connect(&url).await.unwrap();
    database.execute(end).await.unwrap();
    let demo = Demo::start(folder.path(), &variables).await;
    // It begins with that when it starts; each look at the database gives it some time.
    let mut left = 2;
    for _ in 0..10_000 {
        left = place.count(count).await;
        if left == 1 {
            break;
        }
    }
    assert_eq!(left, 1);
    database.close().await.unwrap();
    assert_eq!(demo.interrupt().await.code, Some(0));
    place.gone().await;
}
