use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

use super::*;
use crate::sql::backend::sqlite;

/// Longer than a test takes on any machine.
const A_MINUTE: Duration = Duration::from_mins(1);

/// What a change does when it is written.
#[derive(Clone, Copy)]
enum Effect {
    Nothing,
    Panic,
    Refuse,
}

/// A change whose result is the number of changes written before it.
struct FakeChange {
    effect: Effect,
    written: Arc<AtomicUsize>,
    reply: oneshot::Sender<(Result<(), Failure>, usize)>,
}

impl Job for FakeChange {
    fn write(&mut self, _: &SqliteConnection) -> bool {
        match self.effect {
            Effect::Nothing => {}
            Effect::Panic => panic!("on purpose"),
            Effect::Refuse => return false,
        }
        self.written.fetch_add(1, Ordering::SeqCst);
        true
    }

    fn answer(self: Box<Self>, ended: Result<(), Failure>) {
        let written = self.written.load(Ordering::SeqCst);
        self.reply.send((ended, written)).unwrap();
    }
}

type Reply = oneshot::Receiver<(Result<(), Failure>, usize)>;

/// The queue of a committer.
struct Queue {
    written: Arc<AtomicUsize>,
    jobs: mpsc::Sender<Box<dyn Job>>,
}

impl Queue {
    fn push(&self, effect: Effect) -> Reply {
        let (reply, answer) = oneshot::channel();
        let written = self.written.clone();
        let change = FakeChange { effect, written, reply };
        let sent = self.jobs.try_send(Box::new(change));
        assert!(sent.is_ok(), "there is room");
        answer
    }
}

/// A committer that has not begun, and its queue.
async fn open(fill_time: Duration) -> (TempDir, Queue, impl FnOnce()) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.db");
    sqlite::open_schema(&file).await.unwrap().close().await.unwrap();
    let committer = Committer {
        connection: sqlite::open_writer(&file).unwrap(),
        checkpointer: Checkpointer::new(sqlite::open_writer(&file).unwrap()).unwrap(),
        writer_lock: WriterLock::beside(&file).unwrap(),
        fill_time,
    };
    let (jobs, waiting) = mpsc::channel(4 * MAX_BATCH);
    let queue = Queue { written: Arc::default(), jobs };
    (directory, queue, move || committer.run(waiting))
}

#[tokio::test]
async fn panicking_change_does_not_stop_later_changes() {
    let (_directory, queue, run) = open(FILL_TIME).await;
    let (good, bad) = (queue.push(Effect::Nothing), queue.push(Effect::Panic));
    let committing = thread::spawn(run);
    assert_eq!(bad.await.unwrap().0, Err(panicked()));
    assert_eq!(good.await.unwrap().0, Err(panicked()), "nothing was kept");
    assert_eq!(queue.push(Effect::Nothing).await.unwrap().0, Ok(()));
    drop(queue);
    committing.join().unwrap();
}

#[tokio::test]
async fn quick_transaction_takes_in_waiting_changes_up_to_the_limit() {
    let (_directory, queue, run) = open(A_MINUTE).await;
    let answers: Vec<_> = (0..=MAX_BATCH).map(|_| queue.push(Effect::Nothing)).collect();
    drop(queue);
    thread::spawn(run).join().unwrap();
    let mut seen = vec![];
    for answer in answers {
        seen.push(answer.await.unwrap().1);
    }
    assert_eq!(seen[..MAX_BATCH], [MAX_BATCH; MAX_BATCH]);
    assert_eq!(seen[MAX_BATCH], MAX_BATCH + 1);
}

#[tokio::test]
async fn slow_transaction_takes_in_no_more() {
    // As if the first change had taken longer.
    let (_directory, queue, run) = open(Duration::ZERO).await;
    let first = queue.push(Effect::Nothing);
    let second = queue.push(Effect::Nothing);
    drop(queue);
    thread::spawn(run).join().unwrap();
    assert_eq!(first.await.unwrap(), (Ok(()), 1));
    assert_eq!(second.await.unwrap(), (Ok(()), 2));
}

#[tokio::test]
async fn refused_change_does_not_affect_the_others_of_its_batch() {
    let (_directory, queue, run) = open(A_MINUTE).await;
    let replies = [Effect::Nothing, Effect::Refuse, Effect::Nothing].map(|it| queue.push(it));
    drop(queue);
    thread::spawn(run).join().unwrap();
    for reply in replies {
        // The first is written twice: before the refusal, and again behind a savepoint.
        assert_eq!(reply.await.unwrap(), (Ok(()), 3));
    }
}
