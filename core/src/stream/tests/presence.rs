use std::sync::{Arc, Mutex};

use crate::domain::id::UserId;
use crate::port::{MockNotificationSubscriber, MockStreamPresence};
use crate::stream::PresenceReporter;
use crate::tests::fixtures::{ANN, BOB, EVE, Recorder, unavailable};

type Counts = Vec<(UserId, u32)>;

/// A reporter on a node that has these streams at each report, and what it reports. The first reports fail.
fn reporter(
    streams: impl IntoIterator<Item = Counts>,
    failures: usize,
) -> (PresenceReporter, Recorder<Counts>) {
    let streams = Mutex::new(streams.into_iter().collect::<Vec<_>>().into_iter());
    let mut subscriber = MockNotificationSubscriber::new();
    subscriber.expect_streams().returning(move || streams.lock().unwrap().next().unwrap());
    let reports = Recorder::default();
    let recorder = reports.clone();
    let mut presence = MockStreamPresence::new();
    presence.expect_report().times(failures).returning(|_| Err(unavailable()));
    presence.expect_report().returning(move |counts| {
        recorder.push(counts);
        Ok(())
    });
    (PresenceReporter::new(Arc::new(presence), Arc::new(subscriber)), reports)
}

#[tokio::test]
async fn report_has_changed_counts_only_and_is_sent_without_changes_too() {
    let (mut reporter, reports) = reporter(
        [vec![(ANN, 2), (BOB, 1)], vec![(ANN, 2), (BOB, 1)], vec![(ANN, 3), (EVE, 1)], vec![]],
        0,
    );
    for _ in 0..4 {
        reporter.report().await.unwrap();
    }
    let expected = [
        vec![(ANN, 2), (BOB, 1)],
        vec![],
        vec![(ANN, 3), (BOB, 0), (EVE, 1)],
        vec![(ANN, 0), (EVE, 0)],
    ];
    assert_eq!(reports.all(), expected);
}

#[tokio::test]
async fn failed_report_is_repeated() {
    let (mut reporter, reports) = reporter([vec![(ANN, 2)], vec![(ANN, 2)]], 1);
    assert_eq!(reporter.report().await, Err(unavailable()));
    assert_eq!(reporter.report().await, Ok(()));
    assert_eq!(reports.all(), [vec![(ANN, 2)]]);
}
