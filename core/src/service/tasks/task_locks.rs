//! Task locks.

use tokio::sync::{Mutex, MutexGuard};

use crate::domain::id::TaskId;

/// The number of locks. Tasks share a lock if their ids differ by a multiple of it.
const STRIPES: usize = 1_024;

/// A striped lock: changes of one task run one after the other, in the order of their requests. Without it,
/// many parallel writers of one process would conflict again and again. Other processes may still conflict.
#[derive(Debug)]
pub struct TaskLocks(Box<[Mutex<()>]>);

impl Default for TaskLocks {
    fn default() -> Self {
        Self(std::iter::repeat_with(Mutex::default).take(STRIPES).collect())
    }
}

impl TaskLocks {
    /// Waits for the lock of a task, which is held until the guard is dropped.
    pub(super) async fn lock(&self, task: TaskId) -> MutexGuard<'_, ()> {
        let stripe = usize::try_from(task.0).unwrap_or(0) % STRIPES;
        self.0[stripe].lock().await
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    const ONE: TaskId = TaskId(7);
    const OTHER: TaskId = TaskId(8);

    fn poll<T>(future: std::pin::Pin<&mut impl Future<Output = T>>) -> Poll<T> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn changes_of_one_task_wait_in_order_and_delay_no_other_task() {
        let task_locks = TaskLocks::default();
        let Poll::Ready(first) = poll(pin!(task_locks.lock(ONE))) else {
            panic!("the lock is free")
        };
        let (mut second, mut third) = (pin!(task_locks.lock(ONE)), pin!(task_locks.lock(ONE)));
        assert!(poll(second.as_mut()).is_pending());
        assert!(poll(third.as_mut()).is_pending());
        assert!(poll(pin!(task_locks.lock(OTHER))).is_ready());
        drop(first);
        assert!(poll(third.as_mut()).is_pending());
        let Poll::Ready(lock) = poll(second.as_mut()) else { panic!("the second is next") };
        drop(lock);
        assert!(poll(third.as_mut()).is_ready());
    }

    #[test]
    fn dropped_waiter_does_not_block_the_lock() {
        let task_locks = TaskLocks::default();
        let first = poll(pin!(task_locks.lock(ONE)));
        {
            let mut leaving = pin!(task_locks.lock(ONE));
            assert!(poll(leaving.as_mut()).is_pending());
        }
        drop(first);
        assert!(poll(pin!(task_locks.lock(ONE))).is_ready());
    }
}
