//! Concurrent changes of one task.

use std::pin::pin;
use std::task::{Context, Waker};

use chrono::TimeDelta;

use super::fixture::{TASK, TasksFixture};
use crate::Failure;
use crate::domain::task::{ExpectedVersion, Status, TaskEdit};
use crate::service::tasks::MAX_ATTEMPTS;
use crate::tests::fixtures::{BOB, user};

fn start() -> TaskEdit {
    TaskEdit::to_status(Status::InProgress)
}

/// Starts the task after this many conflicts.
async fn start_after(conflicts: usize, clock_step: TimeDelta) -> (Result<Status, Failure>, usize) {
    let fixture = TasksFixture { conflicts, clock_step, ..TasksFixture::default() };
    let edited = fixture.tasks().edit(&user(BOB), TASK, start(), ExpectedVersion::Any).await;
    (edited.map(|details| details.task.status), fixture.committed.len())
}

#[tokio::test]
async fn conflicting_change_is_retried_for_ten_seconds() {
    let step = TimeDelta::milliseconds(10);
    assert_eq!(start_after(400, step).await, (Ok(Status::InProgress), 401));
    let (refused, attempts) = start_after(usize::MAX, step).await;
    assert!(matches!(refused, Err(Failure::Busy(_))), "{refused:?}");
    assert!(attempts < MAX_ATTEMPTS, "{attempts}");
}

#[tokio::test]
async fn conflicting_change_ends_with_a_frozen_clock() {
    let (refused, attempts) = start_after(usize::MAX, TimeDelta::zero()).await;
    assert!(matches!(refused, Err(Failure::Busy(_))), "{refused:?}");
    assert_eq!(attempts, MAX_ATTEMPTS);
}

#[tokio::test]
async fn change_waits_for_the_lock_of_its_task() {
    let fixture = TasksFixture::default();
    let (tasks, bob) = (fixture.tasks(), user(BOB));
    let lock = tasks.task_locks.lock(TASK).await;
    let mut edit = pin!(tasks.edit(&bob, TASK, start(), ExpectedVersion::Any));
    let mut context = Context::from_waker(Waker::noop());
    assert!(edit.as_mut().poll(&mut context).is_pending());
    assert!(fixture.committed.is_empty());
    drop(lock);
    assert!(edit.await.is_ok());
}
