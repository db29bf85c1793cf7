use chrono::TimeDelta;

use super::fixture::{STRANGER, TASK, TasksFixture};
use crate::Failure;
use crate::domain::id::UserId;
use crate::domain::patch::Patch;
use crate::domain::task::{ExpectedVersion, Priority, Status, TaskEdit};
use crate::tests::fixtures::{ANN, BOB, EVE, MIA, ZOE, now, user};

async fn edit(caller: UserId, edit: TaskEdit) -> Result<(), Failure> {
    let tasks = TasksFixture::default().tasks();
    tasks.edit(&user(caller), TASK, edit, ExpectedVersion::Any).await.map(drop)
}

#[tokio::test]
async fn involved_users_edit_and_assign() {
    for wanted in [
        TaskEdit { priority: Some(Priority::Low), ..TaskEdit::default() },
        TaskEdit::to_assignee(Some(ZOE)),
        TaskEdit::to_assignee(None),
    ] {
        for caller in [ANN, BOB, EVE, ZOE] {
            assert_eq!(edit(caller, wanted.clone()).await, Ok(()));
        }
        assert_eq!(edit(MIA, wanted.clone()).await, Err(Failure::PermissionDenied));
        assert_eq!(edit(STRANGER, wanted).await, Err(Failure::NotFound));
    }
}

#[tokio::test]
async fn assignee_assigner_and_staff_change_the_status() {
    for status in [Status::InProgress, Status::Completed, Status::Cancelled] {
        for caller in [ANN, BOB, ZOE] {
            assert_eq!(edit(caller, TaskEdit::to_status(status)).await, Ok(()));
        }
        for (caller, expected) in [
            (EVE, Failure::PermissionDenied),
            (MIA, Failure::PermissionDenied),
            (STRANGER, Failure::NotFound),
        ] {
            assert_eq!(edit(caller, TaskEdit::to_status(status)).await, Err(expected));
        }
    }
}

#[tokio::test]
async fn only_staff_change_the_assigner() {
    let to = |assigned_by| TaskEdit { assigned_by: Some(assigned_by), ..TaskEdit::default() };
    assert_eq!(edit(ANN, to(BOB)).await, Ok(()));
    // Zoe, the assigner, may not either.
    for other in [BOB, ANN] {
        for caller in [BOB, ZOE, EVE] {
            let refused = edit(caller, to(other)).await;
            assert_eq!(refused, Err(Failure::PermissionDenied), "{caller:?} {other:?}");
        }
    }
    // The current assigner is no change.
    assert_eq!(edit(BOB, to(ZOE)).await, Ok(()));
}

#[tokio::test]
async fn user_who_may_change_the_due_date_may_send_the_status_that_follows_from_it() {
    let fixture = TasksFixture::with_task(|task| {
        task.status = Status::Overdue;
        task.due_date = Some(now() - TimeDelta::days(1));
    });
    let (tasks, eve) = (fixture.tasks(), user(EVE));
    let postpone = |status| {
        let due_date = Patch::Set(now() + TimeDelta::days(1));
        let edit = TaskEdit { due_date, ..TaskEdit::to_status(status) };
        tasks.edit(&eve, TASK, edit, ExpectedVersion::Any)
    };
    assert!(postpone(Status::Pending).await.is_ok());
    assert_eq!(postpone(Status::InProgress).await, Err(Failure::PermissionDenied));
}
