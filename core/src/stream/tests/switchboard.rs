//! A subscriber with open streams, that remembers what it was told to do with them.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};

use crate::domain::account::Login;
use crate::domain::id::{SessionId, UserId};
use crate::domain::notification::MailboxUpdate;
use crate::port::{CloseReason, MockNotificationSubscriber};

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
    pub(super) updated: Arc<Mutex<Vec<MailboxUpdate>>>,
    pub(super) ended: Arc<Mutex<Vec<(Login, CloseReason)>>>,
}

impl Switchboard {
    /// The subscriber, with streams of these logins.
    pub(super) fn with(&self, logins: Vec<Login>) -> Arc<MockNotificationSubscriber> {
        let mut subscriber = MockNotificationSubscriber::new();
        subscriber.expect_logins().returning(move || logins.clone());
        let updated = self.updated.clone();
        subscriber.expect_notify().returning(move |update| updated.lock().unwrap().push(update));
        let ended = self.ended.clone();
        subscriber
            .expect_end()
            .returning(move |login, reason| ended.lock().unwrap().push((login, reason)));
        Arc::new(subscriber)
    }
}
