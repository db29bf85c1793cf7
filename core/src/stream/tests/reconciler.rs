use std::sync::Arc;

use super::fake_subscriber::FakeSubscriber;
use crate::domain::id::UserId;
use crate::domain::notification::Mailbox;
use crate::port::MockNotificationRepository;
use crate::stream::Reconciler;
use crate::tests::fixtures::{Recorder, login, mailbox_update};

#[tokio::test]
async fn every_mailbox_with_a_stream_is_compared_once() {
    let sizes = Recorder::default();
    let recorder = sizes.clone();
    let mut store = MockNotificationRepository::new();
    store.expect_mailboxes().returning(move |users| {
        recorder.push(users.len());
        let mailbox =
            |user: UserId| Mailbox { user, head: user.0 * 10, revision: user.0, unread: 1 };
        Ok(users.into_iter().map(mailbox).collect())
    });
    let users = (1..=600).rev().map(UserId);
    let logins = users.flat_map(|user| [login(user, None), login(user, Some("phone"))]);
    let subscriber = FakeSubscriber::default();
    let reconciler = Reconciler {
        notifications: Arc::new(store),
        subscriber: subscriber.with(logins.collect()),
    };

    assert_eq!(reconciler.reconcile().await, Ok(()));

    let expected = (1..=600).map(|user| mailbox_update(UserId(user), user * 10, user));
    assert_eq!(subscriber.updates.all(), expected.collect::<Vec<_>>());
    assert_eq!(sizes.all(), [500, 100]);
}

#[tokio::test]
async fn node_without_streams_reads_nothing() {
    let subscriber = FakeSubscriber::default();
    let reconciler = Reconciler {
        // The mock panics on any call.
        notifications: Arc::new(MockNotificationRepository::new()),
        subscriber: subscriber.with(vec![]),
    };
    assert_eq!(reconciler.reconcile().await, Ok(()));
    assert!(subscriber.updates.is_empty());
}
