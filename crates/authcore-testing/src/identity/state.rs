//! This file holds what a running provider is (fixed) and what it remembers (behind one lock, which
//! is never held across an await).

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicUsize},
};

use authcore::{clock::Clock, model::Timestamp};
use http::StatusCode;
use serde_json::Value;
use tokio::sync::watch;

use super::{
    Algorithm, Client, Endpoint, IssInAnswer, Mischief, Person, Persona, Visitor, grants::Grants,
    habits::Habits, keys::Keys, received::Log,
};

pub(super) struct Setting {
    pub(super) persona: Persona,
    /// The issuer as it was said, or the server's own base URL for those who have none.
    pub(super) issuer: String,
    pub(super) iss: IssInAnswer,
    pub(super) algorithm: Algorithm,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) habits: Habits,
}

impl Setting {
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

pub(super) struct World {
    pub(super) clients: Vec<Client>,
    pub(super) people: Vec<Person>,
    pub(super) visitor: Visitor,
    pub(super) mischief: Vec<Mischief>,
    pub(super) grants: Grants,
    pub(super) keys: Keys,
    pub(super) log: Log,
    /// What an endpoint answers whatever it is asked.
    pub(super) instead: BTreeMap<Endpoint, (StatusCode, Value)>,
}

impl World {
    pub(super) fn does(&self, mischief: Mischief) -> bool {
        self.mischief.contains(&mischief)
    }

    pub(super) fn client(&self, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }
}

pub(super) struct State {
    pub(super) setting: Setting,
    pub(super) waiting: AtomicUsize,
    /// Told when a request that is never answered begins or ends.
    pub(super) waiting_changed: tokio::sync::Notify,
    pub(super) ending: watch::Sender<bool>,
    world: Mutex<World>,
}

impl State {
    pub(super) fn new(setting: Setting, world: World) -> Self {
        Self {
            setting,
            waiting: AtomicUsize::new(0),
            waiting_changed: tokio::sync::Notify::new(),
            ending: watch::Sender::new(false),
            world: Mutex::new(world),
        }
    }

    /// The world, also after a panic elsewhere: a test that fails must not make others fail.
    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
