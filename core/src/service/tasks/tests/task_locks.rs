//! Changes of one task that come at the same time.

use std::pin::pin;
use std::task::{Context, Waker};

use chrono::TimeDelta;

use super::office::{BOB, Office, user};
use crate::Failure;
use crate::domain::id::TaskId;
use crate::domain::task::{ExpectedVersion, Status, TaskEdit};

fn start() -> TaskEdit {
    TaskEdit::to_status(Status::InProgress)
}

#[tokio::test]
async fn conflicting_change_is_retried_for_ten_seconds() {
    let started = async |others| {
        let office = Office { others, pace: TimeDelta::milliseconds(10), ..Office::default() };
        let (tasks, bob) = (office.tasks(), user(BOB));
        let edited = tasks.edit(&bob, TaskId(1), start(), ExpectedVersion::Any);
        edited.await.map(|shown| shown.task.status)
    };
    assert_eq!(started(400).await, Ok(Status::InProgress));
    let refused = started(usize::MAX).await;
    assert!(matches!(refused, Err(Failure::Busy(_))), "{refused:?}");
}

#[tokio::test]
async fn changes_of_one_task_come_one_after_the_other() {
    let office = Office::default();
    let (tasks, bob) = (office.tasks(), user(BOB));
    let turn = tasks.task_locks.lock(TaskId(1)).await;
    let mut edit = pin!(tasks.edit(&bob, TaskId(1), start(), ExpectedVersion::Any));
    let mut waiting = Context::from_waker(Waker::noop());
    assert!(edit.as_mut().poll(&mut waiting).is_pending());
    assert!(office.committed.lock().unwrap().is_empty());
    drop(turn);
    assert!(edit.await.is_ok());
}
