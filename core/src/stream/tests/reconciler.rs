use std::sync::{Arc, Mutex};

use super::switchboard::{Switchboard, login};
use crate::domain::id::UserId;
use crate::domain::notification::{Mailbox, MailboxUpdate};
use crate::port::MockNotificationRepository;
use crate::stream::Reconciler;

fn update(mailbox: i64) -> MailboxUpdate {
    MailboxUpdate {
        user: UserId(mailbox),
        head: mailbox * 10,
        revision: mailbox,
        notification: None,
    }
}

#[tokio::test]
async fn every_mailbox_that_is_listened_to_is_compared_once() {
    let asked = Arc::new(Mutex::new(vec![]));
    let sizes = asked.clone();
    let mut store = MockNotificationRepository::new();
    store.expect_mailboxes().returning(move |users| {
        sizes.lock().unwrap().push(users.len());
        let mailbox =
            |user: UserId| Mailbox { user, head: user.0 * 10, revision: user.0, unread: 1 };
        Ok(users.into_iter().map(mailbox).collect())
    });
    let logins = (1..=600).rev().flat_map(|user| [login(user, None), login(user, Some("phone"))]);
    let switchboard = Switchboard::default();
    let reconciler = Reconciler {
        notifications: Arc::new(store),
        subscriber: switchboard.with(logins.collect()),
    };

    assert_eq!(reconciler.reconcile().await, Ok(()));

    let expected: Vec<_> = (1..=600).map(update).collect();
    assert_eq!(*switchboard.updated.lock().unwrap(), expected);
    assert_eq!(*asked.lock().unwrap(), [500, 100]);
}

#[tokio::test]
async fn where_nobody_listens_nothing_is_read() {
    let store = MockNotificationRepository::new();
    let switchboard = Switchboard::default();
    let reconciler =
        Reconciler { notifications: Arc::new(store), subscriber: switchboard.with(vec![]) };
    assert_eq!(reconciler.reconcile().await, Ok(()));
    assert_eq!(*switchboard.updated.lock().unwrap(), []);
}
