//! However updates and receivers interleave, every receiver gets the last update.

use std::future::poll_fn;
use std::sync::{Arc, mpsc};
use std::task::{Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use leopard_core::port::{CloseReason, NotificationSubscriber, Signal, Subscription};
use proptest::prelude::*;

use super::receiver::{Receiver, hub, request, update};
use crate::broker::local::Hub;

const LAST: i64 = 20_000;
/// A receiver that has not got the last update within this time hangs.
const HANGS: Duration = Duration::from_mins(1);

/// Receives until both numbers reach their last values; returns the number of updates.
async fn listen(mut subscription: Box<dyn Subscription>) -> usize {
    let (mut head, mut revision, mut updates) = (0, 0, 0);
    while (head, revision) != (LAST, LAST) {
        let signal = poll_fn(|context| subscription.poll_signal(context)).await;
        let Signal::Updated(update) = signal else { panic!("{signal:?}") };
        assert!(update.head > head || update.revision > revision, "nothing new");
        (head, revision) = (update.head, update.revision);
        updates += 1;
    }
    updates
}

fn notify_heads(hub: &Hub) {
    (1..=LAST).for_each(|head| hub.notify(update(1, head, 0)));
}

fn notify_states(hub: &Hub) {
    (1..=LAST).for_each(|revision| hub.notify(update(1, 0, revision)));
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[test]
fn parked_threads_receive_the_last_update() {
    let hub = Arc::new(hub(20));
    let (done, is_done) = mpsc::channel();
    for _ in 0..2 {
        let mut received = Box::pin(listen(hub.subscribe(request(1)).unwrap()));
        let done = done.clone();
        thread::spawn(move || {
            let waker = Waker::from(Arc::new(Unpark(thread::current())));
            let mut context = std::task::Context::from_waker(&waker);
            while received.as_mut().poll(&mut context).is_pending() {
                thread::park();
            }
            done.send(()).unwrap();
        });
    }
    for notify in [notify_heads, notify_states] {
        let hub = hub.clone();
        thread::spawn(move || notify(&hub));
    }
    for _ in 0..2 {
        is_done.recv_timeout(HANGS).expect("no receiver hangs");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_tasks_receive_the_last_update() {
    let hub = Arc::new(hub(20));
    let mut listeners = tokio::task::JoinSet::new();
    for _ in 0..4 {
        listeners.spawn(listen(hub.subscribe(request(1)).unwrap()));
    }
    let mut notifiers = tokio::task::JoinSet::new();
    for notify in [notify_heads, notify_states] {
        let hub = hub.clone();
        notifiers.spawn_blocking(move || notify(&hub));
    }
    notifiers.join_all().await;
    let received = tokio::time::timeout(HANGS, listeners.join_all()).await;
    for updates in received.expect("no receiver hangs") {
        assert!(updates > 0);
    }
    assert_eq!(hub.open_streams(), 0);
}

#[tokio::test]
async fn woken_task_may_use_the_hub_at_once() {
    struct Leaves(std::sync::Mutex<Option<Receiver>>);
    impl Wake for Leaves {
        fn wake(self: Arc<Self>) {
            drop(self.0.lock().unwrap().take());
        }
    }
    let hub = hub(20);
    let mut subscription = hub.subscribe(request(1)).unwrap();
    let leaves = Waker::from(Arc::new(Leaves(Some(Receiver::open(&hub, 1)).into())));
    let mut context = std::task::Context::from_waker(&leaves);
    assert!(subscription.poll_signal(&mut context).is_pending());

    hub.notify(update(1, 1, 0));
    assert_eq!(hub.open_streams(), 1);

    // The same if a replaced waker drops its task and the stream of that task.
    let other = Waker::from(Arc::new(Leaves(Some(Receiver::open(&hub, 1)).into())));
    let mut context = std::task::Context::from_waker(&other);
    assert!(subscription.poll_signal(&mut context).is_ready());
    assert!(subscription.poll_signal(&mut context).is_pending());
    drop(other);
    let mut context = std::task::Context::from_waker(Waker::noop());
    assert!(subscription.poll_signal(&mut context).is_pending());
    assert_eq!(hub.open_streams(), 1);
}

#[derive(Debug, Clone)]
enum Happening {
    Notify { head: i64, revision: i64 },
    End,
    Recv,
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let one = prop_oneof![
        6 => (0..20_i64, 0..20_i64).prop_map(|(head, revision)| Happening::Notify { head, revision }),
        1 => Just(Happening::End),
        4 => Just(Happening::Recv),
    ];
    prop::collection::vec(one, 0..40)
}

proptest! {
    /// A receiver that sleeps without a signal, and wakes only when woken, has in the end received all updates
    /// before the end.
    #[test]
    fn a_sleeper_misses_nothing(happenings in happenings()) {
        let hub = hub(20);
        let mut receiver = Receiver::open(&hub, 1);
        let (mut sent, mut received) = ((0, 0), (0, 0));
        let (mut reason, mut has_ended) = (false, false);
        let mut asleep_since = None;
        for happening in happenings.into_iter().chain([Happening::Recv]) {
            match happening {
                Happening::Notify { head, revision } => {
                    hub.notify(update(1, head, revision));
                    if !reason {
                        sent = (sent.0.max(head), sent.1.max(revision));
                    }
                }
                Happening::End => {
                    hub.end(request(1).login, CloseReason::LoggedOut);
                    reason = true;
                }
                Happening::Recv => {
                    if asleep_since == Some(receiver.wakes()) {
                        continue;
                    }
                    for signal in receiver.recv_all() {
                        match signal {
                            Signal::Updated(update) => received = (update.head, update.revision),
                            Signal::End(CloseReason::LoggedOut) if !has_ended => has_ended = true,
                            other => panic!("{other:?}"),
                        }
                    }
                    asleep_since = Some(receiver.wakes());
                }
            }
        }
        prop_assert_eq!(has_ended, reason);
        if !reason {
            prop_assert_eq!(received, sent);
        }
        prop_assert_eq!(receiver.recv(), None);
    }
}
