//! Constant load on a cluster, and the checks at its end.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::super::crash::{Acknowledged, InboxSnapshot};
use super::super::rng::Seed;
use super::super::seeded_users::Member;
use super::super::wait::{until, within};
use super::Cluster;
use super::client::{Post, keep_posting, keep_reading};

/// The time limit for recovery after the last fault.
const BACK: Duration = Duration::from_secs(30);

/// Writers create tasks for all members, and a reader for each member follows a stream.
pub struct Workload {
    members: Arc<Vec<Member>>,
    acknowledged: Arc<Mutex<Vec<Acknowledged>>>,
    stop: watch::Sender<bool>,
    last: watch::Sender<Option<Vec<(i64, usize)>>>,
    writers: JoinSet<usize>,
    readers: JoinSet<(i64, Vec<String>)>,
}

#[derive(Debug)]
pub struct Work {
    pub tasks: usize,
    pub repeated: usize,
}

impl Workload {
    /// Starts it through nginx. A request may have this number of attempts.
    pub fn start(
        cluster: &Cluster,
        members: Vec<Member>,
        seed: &Seed,
        (writers, attempts): (u64, usize),
    ) -> Self {
        let mut workload = Self {
            members: Arc::new(members),
            acknowledged: Arc::default(),
            stop: watch::Sender::new(false),
            last: watch::Sender::new(None),
            writers: JoinSet::new(),
            readers: JoinSet::new(),
        };
        for number in 0..writers {
            let post = Post {
                name: format!("Writer {number}, task"),
                url: cluster.gateway.url(""),
                rng: seed.rng(number + 1),
                members: workload.members.clone(),
                acknowledged: workload.acknowledged.clone(),
                attempts,
            };
            let stop = workload.stop.subscribe();
            workload.writers.spawn(keep_posting(post, stop));
        }
        let address = cluster.gateway.address();
        for member in workload.members.iter() {
            let reading = keep_reading(member.clone(), address, workload.last.subscribe());
            let user = member.id;
            workload.readers.spawn(async move { (user, reading.await) });
        }
        workload
    }

    pub async fn make_progress(&mut self, tasks: usize) {
        let wanted = self.created() + tasks;
        until("writers make progress", BACK, async || {
            if let Some(ended) = self.writers.try_join_next() {
                panic!("a writer has ended: {ended:?}");
            }
            if let Some(ended) = self.readers.try_join_next() {
                panic!("a reader has ended: {:?}", ended.map(|(user, _)| user));
            }
            (self.created() >= wanted).then_some(())
        })
        .await;
    }

    fn created(&self) -> usize {
        self.acknowledged.lock().expect("no panic").len()
    }

    /// Stops it. Every acknowledged task must be stored once, the inboxes and their counts must match, and
    /// every stream must end with exactly the content of the inbox.
    pub async fn verify(self, cluster: &Cluster) -> Work {
        self.stop.send_replace(true);
        let repeated = within("all writers end", BACK, self.writers.join_all()).await;
        let all = std::mem::take(&mut *self.acknowledged.lock().expect("no panic"));
        let mut inbox_snapshot = InboxSnapshot::default();
        inbox_snapshot.read(cluster.node(0), &self.members).await;
        let other = cluster.node(cluster.size() - 1);
        inbox_snapshot.check(other, &self.members, &all).await;
        assert_eq!(inbox_snapshot.count(), all.len(), "each was created once");
        let members = self.members.iter();
        let counts = members.map(|member| (member.id, inbox_snapshot.titles(member.id).len()));
        self.last.send_replace(Some(counts.collect()));
        let read = within("all streams have everything", BACK, self.readers.join_all());
        for (user, seen) in read.await {
            assert!(seen == inbox_snapshot.titles(user), "not what the inbox holds");
        }
        Work { tasks: all.len(), repeated: repeated.into_iter().sum() }
    }
}
