//! Those who work with the nodes all the time, and what must be true of it in the end.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::super::chance::Seed;
use super::super::crash::{Acknowledged, Notebook};
use super::super::crowd::Member;
use super::super::wait::{until, within};
use super::Cluster;
use super::client::{Post, keep_posting, keep_reading};

/// How long everything takes to come back after the last trouble.
const BACK: Duration = Duration::from_secs(30);

/// Some make tasks, each for any of them, and each reads what comes for them.
pub struct People {
    members: Arc<Vec<Member>>,
    acknowledged: Arc<Mutex<Vec<Acknowledged>>>,
    stop: watch::Sender<bool>,
    last: watch::Sender<Option<Vec<(i64, usize)>>>,
    writers: JoinSet<usize>,
    readers: JoinSet<(i64, Vec<String>)>,
}

/// What came of their work.
#[derive(Debug)]
pub struct Work {
    /// How many tasks were made.
    pub tasks: usize,
    /// How many requests were sent once more.
    pub repeated: usize,
}

impl People {
    /// They begin, through nginx. So many write; each of their requests is sent at
    /// most so often before that is a fault.
    pub fn at_work(
        cluster: &Cluster,
        members: Vec<Member>,
        seed: &Seed,
        (writers, attempts): (u64, usize),
    ) -> Self {
        let mut people = Self {
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
                chance: seed.chance(number + 1),
                members: people.members.clone(),
                acknowledged: people.acknowledged.clone(),
                attempts,
            };
            let stop = people.stop.subscribe();
            people.writers.spawn(keep_posting(post, stop));
        }
        let address = cluster.gateway.address();
        for member in people.members.iter() {
            let reading = keep_reading(member.clone(), address, people.last.subscribe());
            let user = member.id;
            people.readers.spawn(async move { (user, reading.await) });
        }
        people
    }

    /// Until some more tasks have been made.
    pub async fn get_on(&mut self, tasks: usize) {
        let wanted = self.made() + tasks;
        until("people work", BACK, async || {
            if let Some(ended) = self.writers.try_join_next() {
                panic!("a writer has ended: {ended:?}");
            }
            if let Some(ended) = self.readers.try_join_next() {
                panic!("a reader has ended: {:?}", ended.map(|(user, _)| user));
            }
            (self.made() >= wanted).then_some(())
        })
        .await;
    }

    fn made(&self) -> usize {
        self.acknowledged.lock().expect("nobody panicked").len()
    }

    /// They stop. Everything that was acknowledged is there, once; the inboxes and their counts are
    /// those of the rows; and every stream ends with exactly what is in the inbox.
    pub async fn have_lost_nothing(self, cluster: &Cluster) -> Work {
        self.stop.send_replace(true);
        let repeated = within("all have their answers", BACK, self.writers.join_all()).await;
        let all = std::mem::take(&mut *self.acknowledged.lock().expect("nobody panicked"));
        let mut notebook = Notebook::default();
        notebook.read(cluster.node(0), &self.members).await;
        let other = cluster.node(cluster.len() - 1);
        notebook.check(other, &self.members, &all).await;
        assert_eq!(notebook.count(), all.len(), "each was made once");
        let members = self.members.iter();
        let counts = members.map(|member| (member.id, notebook.titles(member.id).len()));
        self.last.send_replace(Some(counts.collect()));
        let read = within("all streams have everything", BACK, self.readers.join_all());
        for (user, seen) in read.await {
            assert!(seen == notebook.titles(user), "not what the inbox holds");
        }
        Work {
            tasks: all.len(),
            repeated: repeated.into_iter().sum(),
        }
    }
}
