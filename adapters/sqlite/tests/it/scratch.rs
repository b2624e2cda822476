//! This file gives tests a database in a folder of its own, and people to put into it.

use authcore::{
    adapter::StoredSession,
    model::{AccountKey, NewAccount, NewUser, ProviderId, Subject, Timestamp, TokenSet, UserId},
    provider::ProviderKind,
};
use authcore_sqlite::{SqliteAdapter, SqliteBuilder, sqlx};
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

pub(crate) const SECRET: &str = "a secret for tests, 32 bytes long";
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_123);

/// A folder that goes with the value.
pub(crate) struct Scratch(pub(crate) TempDir);

impl Scratch {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite:{}", self.0.path().join("app.db").display())
    }

    pub(crate) async fn open(&self) -> SqliteAdapter {
        self.open_with(SqliteAdapter::builder().secrets([SECRET]))
            .await
    }

    pub(crate) async fn open_with(&self, builder: SqliteBuilder) -> SqliteAdapter {
        builder.connect(&self.url()).await.unwrap()
    }

    /// A connection past the adapter.
    pub(crate) async fn beside(&self) -> SqliteConnection {
        SqliteConnection::connect(&self.url()).await.unwrap()
    }

    /// A connection past the adapter to a file that is made when it is missing.
    pub(crate) async fn beside_made(&self) -> SqliteConnection {
        let url = format!("{}?mode=rwc", self.url());
        SqliteConnection::connect(&url).await.unwrap()
    }

    /// Every byte of the database's files.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for entry in std::fs::read_dir(self.0.path()).unwrap() {
            bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
        }
        bytes
    }
}

pub(crate) fn ada() -> NewUser {
    NewUser {
        name: Some("Ada".to_owned()),
        ..NewUser::default()
    }
}

pub(crate) fn key(subject: &str) -> AccountKey {
    AccountKey {
        provider: ProviderId::new("wiki").unwrap(),
        subject: Subject::new(subject).unwrap(),
    }
}

pub(crate) fn account(subject: &str, tokens: TokenSet) -> NewAccount {
    NewAccount {
        key: key(subject),
        kind: ProviderKind::OAuth2,
        tokens,
    }
}

pub(crate) fn access(token: &str) -> TokenSet {
    TokenSet {
        access_token: Some(token.into()),
        ..TokenSet::default()
    }
}

pub(crate) fn session(user: &UserId) -> StoredSession {
    let end = Timestamp::from_millis(NOW.millis() + 1_000);
    StoredSession {
        created_at: Some(NOW),
        ..StoredSession::new(user.clone(), end)
    }
}
