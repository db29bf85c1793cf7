//! A subscriber with open streams, that remembers what it was told to do with them.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};

use crate::domain::id::{SessionId, UserId};
use crate::domain::login::Login;
use crate::domain::mailbox::Bell;
use crate::port::{Ending, MockNotificationSubscriber};

pub(super) fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).unwrap()
}

/// A login that was made at second 10.
pub(super) fn login(user: i64, session: Option<&str>) -> Login {
    Login {
        user: UserId(user),
        session: session.map(|id| SessionId(id.to_owned())),
        issued_at: Some(at(10)),
    }
}

/// What it was told; clones share it.
#[derive(Clone, Default)]
pub(super) struct Switchboard {
    pub(super) rung: Arc<Mutex<Vec<Bell>>>,
    pub(super) ended: Arc<Mutex<Vec<(Login, Ending)>>>,
}

impl Switchboard {
    /// The subscriber, with streams of these logins.
    pub(super) fn with(&self, logins: Vec<Login>) -> Arc<MockNotificationSubscriber> {
        let mut subscriber = MockNotificationSubscriber::new();
        subscriber.expect_logins().returning(move || logins.clone());
        let rung = self.rung.clone();
        subscriber
            .expect_ring()
            .returning(move |bell| rung.lock().unwrap().push(bell));
        let ended = self.ended.clone();
        subscriber
            .expect_end()
            .returning(move |login, ending| ended.lock().unwrap().push((login, ending)));
        Arc::new(subscriber)
    }
}
