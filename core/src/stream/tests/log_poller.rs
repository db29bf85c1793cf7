use std::sync::{Arc, Mutex};

use super::switchboard::{Switchboard, login};
use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::notification::{MailboxChanges, MailboxUpdate, Watermark};
use crate::port::MockNotificationRepository;
use crate::stream::LogPoller;

fn update(user: i64, head: i64) -> MailboxUpdate {
    MailboxUpdate { user: UserId(user), head, revision: 0, notification: None }
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
    store.expect_changes_since().returning(move |watermark| {
        asked.lock().unwrap().push(watermark.map(|mark| mark.0));
        let (heads, mark) = gains.lock().unwrap().pop().unwrap()?;
        Ok(MailboxChanges {
            heads: heads.into_iter().map(|(user, head)| (UserId(user), head)).collect(),
            watermark: Watermark(mark),
        })
    });
    let switchboard = Switchboard::default();
    let beginning = LogPoller::begin(Arc::new(store), switchboard.with(vec![]));
    let mut log_poller = beginning.await.unwrap();
    let updated = || std::mem::take(&mut *switchboard.updated.lock().unwrap());

    assert_eq!(updated(), []);
    let expected = vec![update(1, 42), update(2, 7)];
    assert_eq!((log_poller.notify_changes().await, updated()), (Ok(()), expected));
    assert!(log_poller.notify_changes().await.is_err());
    assert_eq!(updated(), []);
    assert_eq!((log_poller.notify_changes().await, updated()), (Ok(()), vec![update(1, 43)]));
    assert_eq!(*since.lock().unwrap(), [None, Some(10), Some(20), Some(20)]);
}

#[tokio::test]
async fn streams_that_nothing_is_told_cost_a_sweep_nothing() {
    for idle in [0, 1, 10_000] {
        let mut store = MockNotificationRepository::new();
        // Whatever else a sweep asks of the store is a panic.
        store.expect_changes_since().times(2).returning(|watermark| {
            let heads = watermark.map(|_| (UserId(1), 42));
            Ok(MailboxChanges { heads: heads.into_iter().collect(), watermark: Watermark(10) })
        });
        let logins = (0..idle).map(|other| login(other + 2, None));
        let switchboard = Switchboard::default();
        let subscriber = switchboard.with(logins.collect());
        let mut log_poller = LogPoller::begin(Arc::new(store), subscriber).await.unwrap();
        assert_eq!(log_poller.notify_changes().await, Ok(()));
        assert_eq!(*switchboard.updated.lock().unwrap(), [update(1, 42)]);
    }
}
