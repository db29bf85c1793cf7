use std::sync::{Arc, Mutex};

use super::switchboard::{Switchboard, login};
use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::mailbox::{Bell, Gain, Mailbox, Watermark};
use crate::port::MockNotificationRepository;
use crate::service::stream::Sweep;

fn bell(user: i64, head: i64, state: i64) -> Bell {
    Bell {
        user: UserId(user),
        head,
        state,
        notification: None,
    }
}

#[tokio::test]
async fn each_sweep_rings_for_what_the_log_gained_since_the_last_one() {
    let gains = Mutex::new(vec![
        Ok((vec![(1, 43)], 30)),
        Err(Failure::Unavailable("away".to_owned())),
        Ok((vec![(1, 42), (2, 7)], 20)),
        Ok((vec![], 10)),
    ]);
    let since = Arc::new(Mutex::new(vec![]));
    let asked = since.clone();
    let mut store = MockNotificationRepository::new();
    store.expect_gained_since().returning(move |watermark| {
        asked.lock().unwrap().push(watermark.map(|mark| mark.0));
        let (heads, mark) = gains.lock().unwrap().pop().unwrap()?;
        Ok(Gain {
            heads: heads
                .into_iter()
                .map(|(user, head)| (UserId(user), head))
                .collect(),
            watermark: Watermark(mark),
        })
    });
    let switchboard = Switchboard::default();
    let mut sweep = Sweep::new(Arc::new(store), switchboard.with(vec![]));
    let rung = || std::mem::take(&mut *switchboard.rung.lock().unwrap());

    assert_eq!((sweep.ring_gains().await, rung()), (Ok(()), vec![]));
    let expected = vec![bell(1, 42, 0), bell(2, 7, 0)];
    assert_eq!((sweep.ring_gains().await, rung()), (Ok(()), expected));
    assert!(sweep.ring_gains().await.is_err());
    assert_eq!(rung(), []);
    assert_eq!(
        (sweep.ring_gains().await, rung()),
        (Ok(()), vec![bell(1, 43, 0)])
    );
    assert_eq!(*since.lock().unwrap(), [None, Some(10), Some(20), Some(20)]);
}

#[tokio::test]
async fn every_mailbox_that_is_listened_to_is_compared_once() {
    let asked = Arc::new(Mutex::new(vec![]));
    let sizes = asked.clone();
    let mut store = MockNotificationRepository::new();
    store.expect_mailboxes().returning(move |users| {
        sizes.lock().unwrap().push(users.len());
        let mailbox = |user: UserId| Mailbox {
            user,
            head: user.0 * 10,
            state: user.0,
            unread: 1,
        };
        Ok(users.into_iter().map(mailbox).collect())
    });
    let logins = (1..=600)
        .rev()
        .flat_map(|user| [login(user, None), login(user, Some("phone"))]);
    let switchboard = Switchboard::default();
    let sweep = Sweep::new(Arc::new(store), switchboard.with(logins.collect()));

    assert_eq!(sweep.compare_mailboxes().await, Ok(()));

    let expected: Vec<_> = (1..=600).map(|user| bell(user, user * 10, user)).collect();
    assert_eq!(*switchboard.rung.lock().unwrap(), expected);
    assert_eq!(*asked.lock().unwrap(), [500, 100]);
}

#[tokio::test]
async fn where_nobody_listens_nothing_is_read() {
    let store = MockNotificationRepository::new();
    let switchboard = Switchboard::default();
    let sweep = Sweep::new(Arc::new(store), switchboard.with(vec![]));
    assert_eq!(sweep.compare_mailboxes().await, Ok(()));
    assert_eq!(*switchboard.rung.lock().unwrap(), []);
}
