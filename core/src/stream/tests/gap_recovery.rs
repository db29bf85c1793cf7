use std::sync::Arc;

use super::fake_subscriber::FakeSubscriber;
use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::notification::{Mailbox, MailboxUpdate};
use crate::port::{Missed, MockNotificationRelay, MockNotificationRepository};
use crate::stream::{GapRecovery, Reconciler};
use crate::tests::fixtures::{ANN, BOB, EVE, Recorder, login, mailbox_update, unavailable};

/// A recovery after a relay has missed this once, and the updates that it sends. Ann, Bob and Eve have
/// streams and one notification each, and the first reads of the store fail.
fn gap_recovery(
    missed: Missed,
    mut failures: Vec<Failure>,
) -> (GapRecovery, Recorder<MailboxUpdate>) {
    let mut relay = MockNotificationRelay::new();
    relay.expect_missed().once().return_const(missed);
    let mut store = MockNotificationRepository::new();
    store.expect_mailboxes().returning(move |users| {
        if let Some(failure) = failures.pop() {
            return Err(failure);
        }
        let mailbox = |user| Mailbox { head: 1, ..Mailbox::empty(user) };
        Ok(users.into_iter().map(mailbox).collect())
    });
    let subscriber = FakeSubscriber::default();
    let reconciler = Reconciler {
        notifications: Arc::new(store),
        subscriber: subscriber.with([ANN, BOB, EVE].map(|user| login(user, None)).to_vec()),
    };
    (GapRecovery::new(Arc::new(relay), reconciler), subscriber.updates)
}

fn updates(users: &[UserId]) -> Vec<MailboxUpdate> {
    users.iter().map(|user| mailbox_update(*user, 1, 0)).collect()
}

#[tokio::test]
async fn recovery_sends_updates_only_for_missed_mailboxes() {
    for (missed, expected) in [(Missed::Of(vec![BOB]), &[BOB][..]), (Missed::All, &[ANN, BOB, EVE])]
    {
        let (mut gap_recovery, sent) = gap_recovery(missed, vec![]);
        assert_eq!(gap_recovery.recover().await, Ok(()));
        assert_eq!(sent.all(), updates(expected));
    }
}

#[tokio::test]
async fn failed_recovery_is_repeated_without_the_relay() {
    let (mut gap_recovery, sent) = gap_recovery(Missed::Of(vec![EVE]), vec![unavailable()]);
    assert_eq!(gap_recovery.recover().await, Err(unavailable()));
    assert!(sent.is_empty());
    assert_eq!(gap_recovery.recover().await, Ok(()));
    assert_eq!(sent.all(), updates(&[EVE]));
}
