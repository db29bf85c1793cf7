use std::sync::{Arc, Mutex};

use crate::Failure;
use crate::domain::id::UserId;
use crate::port::{MockNotificationSubscriber, MockStreamPresence};
use crate::stream::PresenceReporter;

type Counts = Vec<(i64, u32)>;

/// A census over a node whose streams are set by hand, what it tells, and whether it can.
#[derive(Clone, Default)]
struct Node {
    streams: Arc<Mutex<Counts>>,
    told: Arc<Mutex<Vec<Counts>>>,
    is_away: Arc<Mutex<bool>>,
}

impl Node {
    fn presence(&self) -> PresenceReporter {
        let (mut presence, mut subscriber) =
            (MockStreamPresence::new(), MockNotificationSubscriber::new());
        let streams = self.streams.clone();
        subscriber.expect_streams().returning(move || {
            let streams = streams.lock().unwrap();
            streams.iter().map(|(user, count)| (UserId(*user), *count)).collect()
        });
        let node = self.clone();
        presence.expect_report().returning(move |counts| {
            if *node.is_away.lock().unwrap() {
                return Err(Failure::Unavailable("away".to_owned()));
            }
            let counts = counts.into_iter().map(|(user, count)| (user.0, count));
            node.told.lock().unwrap().push(counts.collect());
            Ok(())
        });
        PresenceReporter::new(Arc::new(presence), Arc::new(subscriber))
    }

    fn has(&self, streams: &[(i64, u32)]) {
        *self.streams.lock().unwrap() = streams.to_vec();
    }

    fn told(&self) -> Vec<Counts> {
        std::mem::take(&mut self.told.lock().unwrap())
    }
}

#[tokio::test]
async fn only_what_has_changed_is_told_and_that_the_node_is_there() {
    let node = Node::default();
    let mut presence = node.presence();
    for streams in [&[(1, 2), (2, 1)][..], &[(1, 2), (2, 1)], &[(1, 3), (3, 1)], &[]] {
        node.has(streams);
        presence.report().await.unwrap();
    }
    let expected =
        [vec![(1, 2), (2, 1)], vec![], vec![(1, 3), (2, 0), (3, 1)], vec![(1, 0), (3, 0)]];
    assert_eq!(node.told(), expected);
}

#[tokio::test]
async fn what_could_not_be_told_is_told_the_next_time() {
    let node = Node::default();
    let mut presence = node.presence();
    node.has(&[(1, 2)]);
    *node.is_away.lock().unwrap() = true;
    assert!(presence.report().await.is_err());
    *node.is_away.lock().unwrap() = false;
    presence.report().await.unwrap();
    assert_eq!(node.told(), [vec![(1, 2)]]);
}
