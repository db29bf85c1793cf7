use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tempfile::TempDir;
use tokio::time::sleep;

use super::*;
use crate::sql::backend::sqlite;
use crate::sql::commit::Change;
use crate::sql::commit::pending::Pending;

/// Longer than a test takes on any machine.
const A_MINUTE: Duration = Duration::from_mins(1);

/// What a change does when it is written.
#[derive(Clone, Copy)]
enum Effect {
    Nothing,
    Panic,
    Sleep,
}

/// A change whose result is the number of changes written before it.
struct FakeChange {
    effect: Effect,
    written: Arc<AtomicUsize>,
    reply: oneshot::Sender<(Result<(), Failure>, usize)>,
}

#[async_trait]
impl Job for FakeChange {
    async fn write(
        &mut self,
        others: &mut [Box<dyn Job>],
        transaction: &DatabaseTransaction,
    ) -> bool {
        match self.effect {
            Effect::Nothing => {}
            Effect::Panic => panic!("on purpose"),
            Effect::Sleep => sleep(2 * FILL_TIME).await,
        }
        self.written.fetch_add(1, Ordering::SeqCst);
        for job in others {
            job.write(&mut [], transaction).await;
        }
        true
    }

    fn answer(self: Box<Self>, ended: Result<(), Failure>) {
        let written = self.written.load(Ordering::SeqCst);
        self.reply.send((ended, written)).unwrap();
    }
}

/// The queue of a committer.
struct Queue {
    written: Arc<AtomicUsize>,
    jobs: mpsc::Sender<Box<dyn Job>>,
}

impl Queue {
    fn push(&self, effect: Effect) -> oneshot::Receiver<(Result<(), Failure>, usize)> {
        let (reply, answer) = oneshot::channel();
        let written = self.written.clone();
        let change = FakeChange { effect, written, reply };
        let sent = self.jobs.try_send(Box::new(change));
        assert!(sent.is_ok(), "there is room");
        answer
    }
}

async fn open(fill_time: Duration) -> (TempDir, Queue, impl Future<Output = ()>) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.db");
    let committer = Committer {
        connection: sqlite::open_writer(&file).await.unwrap(),
        writer_lock: WriterLock::beside(&file).unwrap(),
        fill_time,
    };
    let (jobs, waiting) = mpsc::channel(4 * MAX_BATCH);
    let queue = Queue { written: Arc::default(), jobs };
    (directory, queue, committer.run(waiting))
}

#[tokio::test]
async fn panicking_change_does_not_stop_later_changes() {
    let (_directory, queue, run) = open(FILL_TIME).await;
    let ask = async move {
        let (good, bad) = (queue.push(Effect::Nothing), queue.push(Effect::Panic));
        assert_eq!(bad.await.unwrap().0, Err(panicked()));
        assert_eq!(good.await.unwrap().0, Err(panicked()), "nothing was kept");
        assert_eq!(queue.push(Effect::Nothing).await.unwrap().0, Ok(()));
    };
    tokio::join!(run, ask);
}

#[tokio::test]
async fn quick_transaction_takes_in_waiting_changes_up_to_the_limit() {
    let (_directory, queue, run) = open(A_MINUTE).await;
    let answers: Vec<_> = (0..=MAX_BATCH).map(|_| queue.push(Effect::Nothing)).collect();
    drop(queue);
    run.await;
    let mut seen = vec![];
    for answer in answers {
        seen.push(answer.await.unwrap().1);
    }
    assert_eq!(seen[..MAX_BATCH], [MAX_BATCH; MAX_BATCH]);
    assert_eq!(seen[MAX_BATCH], MAX_BATCH + 1);
}

#[tokio::test]
async fn slow_transaction_takes_in_no_more() {
    let (_directory, queue, run) = open(FILL_TIME).await;
    let first = queue.push(Effect::Sleep);
    let rest: Vec<_> = (0..CHUNK).map(|_| queue.push(Effect::Nothing)).collect();
    drop(queue);
    run.await;
    assert_eq!(first.await.unwrap(), (Ok(()), CHUNK));
    let last = rest.into_iter().next_back().unwrap();
    assert_eq!(last.await.unwrap(), (Ok(()), CHUNK + 1));
}

/// A change of a type of its own, whose result is its name. Type 9 loses results when several are written together.
#[derive(Clone)]
struct Named<const TYPE: u8> {
    number: u8,
    written: Written,
}

#[async_trait]
impl<const TYPE: u8> Change for Named<TYPE> {
    type Stored = String;

    async fn write(self, _: &DatabaseTransaction) -> Result<String, SqlError> {
        let name = format!("{TYPE}.{}", self.number);
        self.written.lock().unwrap().push(name.clone());
        Ok(name)
    }

    async fn write_many(
        changes: Vec<Self>,
        transaction: &DatabaseTransaction,
    ) -> Result<Vec<String>, SqlError> {
        let mut stored = vec![];
        for change in changes {
            stored.push(change.write(transaction).await?);
        }
        if TYPE == 9 {
            stored.pop();
        }
        Ok(stored)
    }
}

type Written = Arc<Mutex<Vec<String>>>;
type Reply = oneshot::Receiver<Result<String, Failure>>;

fn push_named<const TYPE: u8>(queue: &Queue, number: u8, written: &Written) -> Reply {
    let (reply, result) = oneshot::channel();
    let change = Named::<TYPE> { number, written: written.clone() };
    assert!(queue.jobs.try_send(Box::new(Pending::new(change, reply))).is_ok());
    result
}

async fn results(replies: impl IntoIterator<Item = Reply>) -> Vec<String> {
    let mut results = vec![];
    for reply in replies {
        results.push(reply.await.unwrap().unwrap());
    }
    results
}

#[tokio::test]
async fn changes_of_one_type_are_written_together_in_their_order() {
    let (_directory, queue, run) = open(A_MINUTE).await;
    let written = Written::default();
    let replies = [
        push_named::<1>(&queue, 1, &written),
        push_named::<2>(&queue, 1, &written),
        push_named::<1>(&queue, 2, &written),
        push_named::<2>(&queue, 2, &written),
    ];
    drop(queue);
    run.await;
    assert_eq!(*written.lock().unwrap(), ["1.1", "1.2", "2.1", "2.2"]);
    assert_eq!(results(replies).await, ["1.1", "2.1", "1.2", "2.2"]);
}

#[tokio::test]
async fn changes_are_written_apart_if_their_joint_results_do_not_match() {
    let (_directory, queue, run) = open(A_MINUTE).await;
    let written = Written::default();
    let replies = [1, 2].map(|number| push_named::<9>(&queue, number, &written));
    drop(queue);
    run.await;
    assert_eq!(*written.lock().unwrap(), ["9.1", "9.2", "9.1", "9.2"]);
    assert_eq!(results(replies).await, ["9.1", "9.2"]);
}
