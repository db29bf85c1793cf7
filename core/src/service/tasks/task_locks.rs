//! Whose turn it is to change a task.

use tokio::sync::{Mutex, MutexGuard};

use crate::domain::id::TaskId;

/// How many lines there are: tasks share one if their ids are a multiple of this apart.
const STRIPES: usize = 1_024;

/// A line for each task, in which those who change it wait in the order in which they come. So nobody
/// of this process is ever too late for what they have read, however many change one task; another
/// process may still be faster.
#[derive(Debug)]
pub struct TaskLocks(Box<[Mutex<()>]>);

impl Default for TaskLocks {
    fn default() -> Self {
        Self(
            std::iter::repeat_with(Mutex::default)
                .take(STRIPES)
                .collect(),
        )
    }
}

impl TaskLocks {
    /// Waits for the right to change the task, which lasts until it is dropped.
    pub(super) async fn lock(&self, task: TaskId) -> MutexGuard<'_, ()> {
        let line = usize::try_from(task.0).unwrap_or(0) % STRIPES;
        self.0[line].lock().await
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
    fn those_who_change_one_task_come_in_their_order_and_hold_up_no_other() {
        let task_locks = TaskLocks::default();
        let Poll::Ready(first) = poll(pin!(task_locks.lock(ONE))) else {
            panic!("nobody is before the first")
        };
        let (mut second, mut third) = (pin!(task_locks.lock(ONE)), pin!(task_locks.lock(ONE)));
        assert!(poll(second.as_mut()).is_pending());
        assert!(poll(third.as_mut()).is_pending());
        assert!(poll(pin!(task_locks.lock(OTHER))).is_ready());
        drop(first);
        assert!(poll(third.as_mut()).is_pending());
        let Poll::Ready(lock) = poll(second.as_mut()) else {
            panic!("the second is next")
        };
        drop(lock);
        assert!(poll(third.as_mut()).is_ready());
    }

    #[test]
    fn one_who_leaves_the_line_holds_nobody_up() {
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
