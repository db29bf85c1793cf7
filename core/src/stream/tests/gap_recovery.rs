use std::sync::Arc;

use mockall::Sequence;

use super::switchboard::{Switchboard, login};
use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::notification::{Mailbox, MailboxUpdate};
use crate::port::{Missed, MockNotificationRelay, MockNotificationRepository};
use crate::stream::{GapRecovery, Reconciler};

/// Every mailbox has one notification.
fn mailboxes(users: Vec<UserId>) -> Vec<Mailbox> {
    let one = |user| Mailbox { head: 1, ..Mailbox::empty(user) };
    users.into_iter().map(one).collect()
}

fn updates(users: &[i64]) -> Vec<MailboxUpdate> {
    let users = users.iter().copied().map(UserId).collect();
    let mailboxes = mailboxes(users).into_iter();
    mailboxes.map(MailboxUpdate::of_mailbox).collect()
}

/// Users 1 to 3 listen, and a relay has missed this.
fn gap_recovery(
    switchboard: &Switchboard,
    store: MockNotificationRepository,
    missed: Missed,
) -> GapRecovery {
    let mut relay = MockNotificationRelay::new();
    relay.expect_missed().once().return_const(missed);
    let reconciler = Reconciler {
        notifications: Arc::new(store),
        subscriber: switchboard.with((1..=3).map(|user| login(user, None)).collect()),
    };
    GapRecovery::new(Arc::new(relay), reconciler)
}

#[tokio::test]
async fn it_rings_for_those_whose_updates_were_missed_and_for_nobody_else() {
    for (missed, updated) in [(Missed::Of(vec![UserId(2)]), vec![2]), (Missed::All, vec![1, 2, 3])]
    {
        let switchboard = Switchboard::default();
        let mut store = MockNotificationRepository::new();
        store.expect_mailboxes().returning(|users| Ok(mailboxes(users)));
        let mut gap_recovery = gap_recovery(&switchboard, store, missed);
        assert_eq!(gap_recovery.recover().await, Ok(()));
        assert_eq!(*switchboard.updated.lock().unwrap(), updates(&updated));
    }
}

#[tokio::test]
async fn what_could_not_be_read_is_owed_until_it_is() {
    let switchboard = Switchboard::default();
    let (mut store, mut order) = (MockNotificationRepository::new(), Sequence::new());
    let away = Failure::Unavailable("away".to_owned());
    let failure = away.clone();
    store
        .expect_mailboxes()
        .once()
        .in_sequence(&mut order)
        .returning(move |_| Err(failure.clone()));
    store.expect_mailboxes().once().in_sequence(&mut order).returning(|users| Ok(mailboxes(users)));
    let mut gap_recovery = gap_recovery(&switchboard, store, Missed::Of(vec![UserId(3)]));
    assert_eq!(gap_recovery.recover().await, Err(away));
    assert_eq!(*switchboard.updated.lock().unwrap(), []);
    // The relay is not asked again: it would say nothing of user 3 any more.
    assert_eq!(gap_recovery.recover().await, Ok(()));
    assert_eq!(*switchboard.updated.lock().unwrap(), updates(&[3]));
}
