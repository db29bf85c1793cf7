use chrono::TimeDelta;

use super::office::{ANN, BOB, EVE, MIA, Office, ZOE, now, user};
use crate::Failure;
use crate::domain::id::{TaskId, UserId};
use crate::domain::task::{ExpectedVersion, Priority, Status, TaskEdit};

async fn edit(caller: UserId, edit: TaskEdit) -> Result<(), Failure> {
    let tasks = Office::default().tasks();
    let (caller, any) = (user(caller), ExpectedVersion::Any);
    let edited = tasks.edit(&caller, TaskId(1), edit, any).await;
    edited.map(|_| ())
}

#[tokio::test]
async fn those_who_are_involved_change_and_assign() {
    let edits = [
        TaskEdit { priority: Some(Priority::Low), ..TaskEdit::default() },
        TaskEdit::to_assignee(Some(ZOE)),
        TaskEdit::to_assignee(None),
    ];
    for wanted in edits {
        for caller in [ANN, BOB, EVE, ZOE] {
            assert_eq!(edit(caller, wanted.clone()).await, Ok(()));
        }
        assert_eq!(edit(MIA, wanted.clone()).await, Err(Failure::PermissionDenied));
        assert_eq!(edit(UserId(6), wanted).await, Err(Failure::NotFound));
    }
}

#[tokio::test]
async fn who_does_it_and_who_wants_it_done_begin_and_close_it() {
    for status in [Status::InProgress, Status::Completed, Status::Cancelled] {
        let wanted = || TaskEdit::to_status(status);
        for caller in [ANN, BOB, ZOE] {
            assert_eq!(edit(caller, wanted()).await, Ok(()));
        }
        for caller in [EVE, MIA] {
            assert_eq!(edit(caller, wanted()).await, Err(Failure::PermissionDenied));
        }
        assert_eq!(edit(UserId(6), wanted()).await, Err(Failure::NotFound));
    }
}

#[tokio::test]
async fn only_staff_names_another_assigner() {
    let to = |assigned_by| TaskEdit { assigned_by: Some(assigned_by), ..TaskEdit::default() };
    assert_eq!(edit(ANN, to(BOB)).await, Ok(()));
    // Not even themselves: Zoe would hear no more of what she wants done.
    for other in [BOB, ANN] {
        for caller in [BOB, ZOE, EVE] {
            let refused = edit(caller, to(other)).await;
            assert_eq!(refused, Err(Failure::PermissionDenied), "{caller:?} {other:?}");
        }
    }
    // Who gives back what they read names nobody else.
    assert_eq!(edit(BOB, to(ZOE)).await, Ok(()));
}

#[tokio::test]
async fn who_may_give_another_date_may_send_back_what_that_leads_to() {
    let office = Office::with(|task| {
        task.status = Status::Overdue;
        task.due_date = now() - TimeDelta::days(1);
    });
    let (tasks, eve) = (office.tasks(), user(EVE));
    let later = |status| {
        let wanted =
            TaskEdit { due_date: Some(now() + TimeDelta::days(1)), ..TaskEdit::to_status(status) };
        tasks.edit(&eve, TaskId(1), wanted, ExpectedVersion::Any)
    };
    assert!(later(Status::Pending).await.is_ok());
    let started = later(Status::InProgress).await;
    assert_eq!(started, Err(Failure::PermissionDenied));
}
