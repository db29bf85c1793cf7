use std::sync::{Arc, Mutex};

use crate::Failure;
use crate::domain::id::UserId;
use crate::port::{MockNotificationSubscriber, MockStreamCensus};
use crate::service::stream::Census;

type Counts = Vec<(i64, u32)>;

/// A census over a node whose streams are set by hand, what it tells, and whether it can.
#[derive(Clone, Default)]
struct Node {
    streams: Arc<Mutex<Counts>>,
    told: Arc<Mutex<Vec<Counts>>>,
    is_away: Arc<Mutex<bool>>,
}

impl Node {
    fn census(&self) -> Census {
        let (mut census, mut subscriber) =
            (MockStreamCensus::new(), MockNotificationSubscriber::new());
        let streams = self.streams.clone();
        subscriber.expect_streams().returning(move || {
            let streams = streams.lock().unwrap();
            streams
                .iter()
                .map(|(user, count)| (UserId(*user), *count))
                .collect()
        });
        let node = self.clone();
        census.expect_report().returning(move |counts| {
            if *node.is_away.lock().unwrap() {
                return Err(Failure::Unavailable("away".to_owned()));
            }
            let counts = counts.into_iter().map(|(user, count)| (user.0, count));
            node.told.lock().unwrap().push(counts.collect());
            Ok(())
        });
        Census::new(Arc::new(census), Arc::new(subscriber))
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
    let mut census = node.census();
    for streams in [
        &[(1, 2), (2, 1)][..],
        &[(1, 2), (2, 1)],
        &[(1, 3), (3, 1)],
        &[],
    ] {
        node.has(streams);
        census.report().await.unwrap();
    }
    let expected = [
        vec![(1, 2), (2, 1)],
        vec![],
        vec![(1, 3), (2, 0), (3, 1)],
        vec![(1, 0), (3, 0)],
    ];
    assert_eq!(node.told(), expected);
}

#[tokio::test]
async fn what_could_not_be_told_is_told_the_next_time() {
    let node = Node::default();
    let mut census = node.census();
    node.has(&[(1, 2)]);
    *node.is_away.lock().unwrap() = true;
    assert!(census.report().await.is_err());
    *node.is_away.lock().unwrap() = false;
    census.report().await.unwrap();
    assert_eq!(node.told(), [vec![(1, 2)]]);
}
