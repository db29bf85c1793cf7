use std::sync::Arc;

use mockall::Sequence;

use super::switchboard::{Switchboard, login};
use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::mailbox::{Bell, Mailbox};
use crate::port::{Missed, MockNotificationRelay, MockNotificationRepository};
use crate::service::stream::{CatchUp, Comparison};

/// Every mailbox has one notification.
fn mailboxes(users: Vec<UserId>) -> Vec<Mailbox> {
    let one = |user| Mailbox {
        head: 1,
        ..Mailbox::empty(user)
    };
    users.into_iter().map(one).collect()
}

fn bells(users: &[i64]) -> Vec<Bell> {
    let users = users.iter().copied().map(UserId).collect();
    let mailboxes = mailboxes(users).into_iter();
    mailboxes.map(Bell::of_mailbox).collect()
}

/// Users 1 to 3 listen, and a relay has missed this.
fn catch_up(
    switchboard: &Switchboard,
    store: MockNotificationRepository,
    missed: Missed,
) -> CatchUp {
    let mut relay = MockNotificationRelay::new();
    relay.expect_missed().once().return_const(missed);
    let comparison = Comparison {
        notifications: Arc::new(store),
        subscriber: switchboard.with((1..=3).map(|user| login(user, None)).collect()),
    };
    CatchUp::new(Arc::new(relay), comparison)
}

#[tokio::test]
async fn it_rings_for_those_whose_bells_were_missed_and_for_nobody_else() {
    for (missed, rung) in [
        (Missed::Of(vec![UserId(2)]), vec![2]),
        (Missed::Anybodys, vec![1, 2, 3]),
    ] {
        let switchboard = Switchboard::default();
        let mut store = MockNotificationRepository::new();
        store
            .expect_mailboxes()
            .returning(|users| Ok(mailboxes(users)));
        let mut catch_up = catch_up(&switchboard, store, missed);
        assert_eq!(catch_up.make_up().await, Ok(()));
        assert_eq!(*switchboard.rung.lock().unwrap(), bells(&rung));
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
    store
        .expect_mailboxes()
        .once()
        .in_sequence(&mut order)
        .returning(|users| Ok(mailboxes(users)));
    let mut catch_up = catch_up(&switchboard, store, Missed::Of(vec![UserId(3)]));
    assert_eq!(catch_up.make_up().await, Err(away));
    assert_eq!(*switchboard.rung.lock().unwrap(), []);
    // The relay is not asked again: it would say nothing of user 3 any more.
    assert_eq!(catch_up.make_up().await, Ok(()));
    assert_eq!(*switchboard.rung.lock().unwrap(), bells(&[3]));
}
