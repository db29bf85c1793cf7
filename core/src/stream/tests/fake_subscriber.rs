use std::sync::Arc;

use crate::domain::account::Login;
use crate::domain::notification::MailboxUpdate;
use crate::port::{CloseReason, MockNotificationSubscriber};
use crate::tests::fixtures::Recorder;

/// Records what happens to the open streams of a node; clones share it.
#[derive(Clone, Default)]
pub(super) struct FakeSubscriber {
    pub(super) updates: Recorder<MailboxUpdate>,
    pub(super) ended: Recorder<(Login, CloseReason)>,
}

impl FakeSubscriber {
    /// The subscriber, with streams of these logins.
    pub(super) fn with(&self, logins: Vec<Login>) -> Arc<MockNotificationSubscriber> {
        let mut subscriber = MockNotificationSubscriber::new();
        subscriber.expect_logins().returning(move || logins.clone());
        let Self { updates, ended } = self.clone();
        subscriber.expect_notify().returning(move |update| updates.push(update));
        subscriber.expect_end().returning(move |login, reason| ended.push((login, reason)));
        Arc::new(subscriber)
    }
}
