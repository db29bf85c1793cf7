use std::sync::{Arc, Mutex};

use super::fake_subscriber::FakeSubscriber;
use crate::domain::id::UserId;
use crate::domain::notification::{MailboxChanges, Watermark};
use crate::port::MockNotificationRepository;
use crate::stream::LogPoller;
use crate::tests::fixtures::{ANN, BOB, Recorder, login, mailbox_update, unavailable};

#[tokio::test]
async fn poll_sends_updates_for_changes_since_the_last_successful_poll() {
    let changes = |heads: &[(UserId, i64)], watermark| {
        Ok(MailboxChanges { heads: heads.to_vec(), watermark: Watermark(watermark) })
    };
    // The last answer comes first.
    let answers = Mutex::new(vec![
        changes(&[(ANN, 43)], 30),
        Err(unavailable()),
        changes(&[(ANN, 42), (BOB, 7)], 20),
        changes(&[], 10),
    ]);
    let watermarks = Recorder::default();
    let recorder = watermarks.clone();
    let mut store = MockNotificationRepository::new();
    store.expect_changes_since().returning(move |watermark| {
        recorder.push(watermark.map(|it| it.0));
        answers.lock().unwrap().pop().unwrap()
    });
    let subscriber = FakeSubscriber::default();
    let mut log_poller = LogPoller::begin(Arc::new(store), subscriber.with(vec![])).await.unwrap();
    let updates = subscriber.updates;

    assert!(updates.is_empty());
    assert_eq!(log_poller.notify_changes().await, Ok(()));
    assert_eq!(updates.take(), [mailbox_update(ANN, 42, 0), mailbox_update(BOB, 7, 0)]);
    assert_eq!(log_poller.notify_changes().await, Err(unavailable()));
    assert!(updates.is_empty());
    assert_eq!(log_poller.notify_changes().await, Ok(()));
    assert_eq!(updates.take(), [mailbox_update(ANN, 43, 0)]);
    assert_eq!(watermarks.all(), [None, Some(10), Some(20), Some(20)]);
}

#[tokio::test]
async fn poll_costs_one_query_for_any_number_of_idle_streams() {
    for idle in [0, 1, 10_000] {
        let mut store = MockNotificationRepository::new();
        // The mock panics on any other call.
        store.expect_changes_since().times(2).returning(|watermark| {
            let heads = watermark.map(|_| (ANN, 42));
            Ok(MailboxChanges { heads: heads.into_iter().collect(), watermark: Watermark(10) })
        });
        let logins = (0..idle).map(|number| login(UserId(number + 2), None));
        let subscriber = FakeSubscriber::default();
        let streams = subscriber.with(logins.collect());
        let mut log_poller = LogPoller::begin(Arc::new(store), streams).await.unwrap();
        assert_eq!(log_poller.notify_changes().await, Ok(()));
        assert_eq!(subscriber.updates.all(), [mailbox_update(ANN, 42, 0)]);
    }
}
