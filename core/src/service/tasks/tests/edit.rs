use chrono::TimeDelta;

use super::fixture::{TASK, TasksFixture, due};
use crate::Failure;
use crate::domain::change::TaskWrite;
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::id::UserId;
use crate::domain::notification::{MetaInfo, NotificationType};
use crate::domain::patch::Patch;
use crate::domain::task::{ExpectedVersion, LinkedEntity, Priority, Status, Task, TaskEdit};
use crate::domain::text::Text;
use crate::tests::fixtures::{ANN, BOB, EVE, UNKNOWN, ZOE, now, user};

async fn edit(fixture: &TasksFixture, caller: UserId, edit: TaskEdit) -> Result<Task, Failure> {
    edit_version(fixture, caller, edit, ExpectedVersion::Any).await
}

async fn edit_version(
    fixture: &TasksFixture,
    caller: UserId,
    edit: TaskEdit,
    expected: ExpectedVersion,
) -> Result<Task, Failure> {
    let edited = fixture.tasks().edit(&user(caller), TASK, edit, expected).await;
    edited.map(|details| details.task)
}

/// Recipient, type and title of each published notification.
fn published(fixture: &TasksFixture) -> Vec<(UserId, NotificationType, String)> {
    let notifications = fixture.notifications().into_iter();
    notifications.map(|it| (it.recipient, it.kind, it.title)).collect()
}

#[tokio::test]
async fn edit_keeps_omitted_fields_and_records_user_and_time() {
    let fixture = TasksFixture::default();
    let title = Some(Text::new("Other".to_owned()).unwrap());
    let edited = edit(&fixture, BOB, TaskEdit { title, ..TaskEdit::default() }).await.unwrap();
    assert_eq!((edited.title.as_str(), edited.version), ("Other", 2));
    assert_eq!((edited.updated_by, edited.updated_at), (BOB, now()));
    assert_eq!(edited.detail, fixture.task.detail);
    assert_eq!(edited.comments, fixture.task.comments);
    assert_eq!(published(&fixture), []);
}

#[tokio::test]
async fn edit_to_the_current_values_is_not_committed() {
    let fixture = TasksFixture::default();
    let same = TaskEdit {
        priority: Some(Priority::High),
        status: Some(Status::Pending),
        assigned_to: Patch::Set(BOB),
        assigned_by: Some(ZOE),
        due_date: Patch::Set(due()),
        ..TaskEdit::default()
    };
    assert_eq!(edit(&fixture, BOB, same).await, Ok(fixture.task.clone()));
    assert!(fixture.committed.is_empty());
}

#[tokio::test]
async fn only_the_new_assignee_gets_a_notification() {
    let fixture = TasksFixture::default();
    let priority = Some(Priority::Urgent);
    let to_ann = TaskEdit { priority, ..TaskEdit::to_assignee(Some(ANN)) };
    edit(&fixture, BOB, to_ann).await.unwrap();
    let title = "Task Assigned: Test SSE Notification".to_owned();
    assert_eq!(published(&fixture), [(ANN, NotificationType::TASK_ASSIGNED, title)]);
    let notification = &fixture.notifications()[0];
    assert_eq!(notification.message, "A new urgent priority task has been assigned to you.");
    let meta_info = MetaInfo::Task { task_id: TASK, priority: Priority::Urgent };
    assert_eq!(notification.meta_info, meta_info);
}

#[tokio::test]
async fn new_assignee_of_a_closed_task_gets_no_notification() {
    let to_ann = |status| TaskEdit { status, ..TaskEdit::to_assignee(Some(ANN)) };
    let fixture = TasksFixture::default();
    edit(&fixture, ZOE, to_ann(Some(Status::Completed))).await.unwrap();
    assert_eq!(published(&fixture), []);
    let fixture = TasksFixture::with_task(|task| task.status = Status::Cancelled);
    edit(&fixture, ZOE, to_ann(None)).await.unwrap();
    assert_eq!(published(&fixture), []);
    edit(&fixture, ZOE, to_ann(Some(Status::Pending))).await.unwrap();
    assert_eq!(published(&fixture).len(), 1);
}

#[tokio::test]
async fn assigner_gets_a_notification_when_another_user_closes_the_task() {
    for (status, kind) in [
        (Status::Completed, NotificationType::TASK_COMPLETED),
        (Status::Cancelled, NotificationType::TASK_CANCELLED),
    ] {
        let fixture = TasksFixture::default();
        let closed = edit(&fixture, BOB, TaskEdit::to_status(status)).await;
        assert_eq!(closed.unwrap().status, status);
        let title = format!("{}: Test SSE Notification", kind.words());
        assert_eq!(published(&fixture), [(ZOE, kind, title)]);

        let fixture = TasksFixture::default();
        edit(&fixture, ZOE, TaskEdit::to_status(status)).await.unwrap();
        assert_eq!(published(&fixture), []);
    }
}

#[tokio::test]
async fn completion_is_dated_until_the_task_is_reopened() {
    let fixture = TasksFixture::default();
    let completed = edit(&fixture, BOB, TaskEdit::to_status(Status::Completed)).await;
    assert_eq!(completed.unwrap().completed_at, Some(now()));

    let fixture = TasksFixture::with_task(|task| {
        task.status = Status::Completed;
        task.completed_at = Some(now());
    });
    let reopened = edit(&fixture, BOB, TaskEdit::to_status(Status::Pending)).await.unwrap();
    assert_eq!((reopened.status, reopened.completed_at), (Status::Pending, None));
    assert_eq!(published(&fixture), []);
}

#[tokio::test]
async fn status_that_no_action_leads_to_is_refused() {
    let fixture = TasksFixture::default();
    let refused = edit(&fixture, BOB, TaskEdit::to_status(Status::Overdue)).await;
    let expected = Failure::InvalidTransition { from: Status::Pending, to: Status::Overdue };
    assert_eq!(refused, Err(expected));
    assert!(fixture.committed.is_empty());
}

#[tokio::test]
async fn later_or_no_due_date_makes_an_overdue_task_pending() {
    use Status::{Completed, InProgress, Overdue, Pending};
    let refused = |from, to| Err(Failure::InvalidTransition { from, to });
    // The client may have read the task before or after it became overdue.
    let after = |hours| Patch::Set(now() + TimeDelta::hours(hours));
    for (due_date, status, expected) in [
        (after(1), None, Ok(Pending)),
        (after(1), Some(Overdue), Ok(Pending)),
        (after(1), Some(Pending), Ok(Pending)),
        (after(1), Some(InProgress), Ok(InProgress)),
        (after(1), Some(Completed), Ok(Completed)),
        (after(-1), None, Ok(Overdue)),
        (after(-1), Some(Overdue), Ok(Overdue)),
        (after(-1), Some(Pending), refused(Overdue, Pending)),
        (Patch::Clear, None, Ok(Pending)),
        (Patch::Clear, Some(Overdue), Ok(Pending)),
        (Patch::Clear, Some(Completed), Ok(Completed)),
    ] {
        let fixture = TasksFixture::with_task(|task| {
            task.status = Overdue;
            task.due_date = Some(now() - TimeDelta::days(1));
        });
        let edited =
            edit(&fixture, BOB, TaskEdit { due_date, status, ..TaskEdit::default() }).await;
        assert_eq!(edited.map(|task| task.status), expected, "{due_date:?} {status:?}");
    }
}

#[tokio::test]
async fn linked_entity_has_both_fields_or_none() {
    let linked = || LinkedEntity { kind: "client".to_owned(), id: 7 };
    let fixture = TasksFixture::with_task(|task| task.linked_entity = Some(linked()));
    let other = TaskEdit { linked_id: Patch::Set(8), ..TaskEdit::default() };
    let edited = edit(&fixture, BOB, other).await.unwrap();
    assert_eq!(edited.linked_entity, Some(LinkedEntity { id: 8, ..linked() }));

    let half = TaskEdit { linked_id: Patch::Clear, ..TaskEdit::default() };
    let errors =
        FieldErrors::of("linked_entity_id", FieldError::OnlyTogether("linked_entity_type"));
    assert_eq!(edit(&fixture, BOB, half.clone()).await, Err(Failure::Invalid(errors)));
    let none = TaskEdit { linked_kind: Patch::Clear, ..half };
    assert_eq!(edit(&fixture, BOB, none).await.unwrap().linked_entity, None);
}

#[tokio::test]
async fn only_a_new_assignee_must_be_active() {
    for id in [EVE, UNKNOWN] {
        let refused = edit(&TasksFixture::default(), BOB, TaskEdit::to_assignee(Some(id))).await;
        let expected = Failure::field("assigned_to", FieldError::UnknownUser(id.0));
        assert_eq!(refused, Err(expected));
    }
    let fixture = TasksFixture::with_task(|task| task.assigned_to = Some(EVE));
    let priority = Some(Priority::Low);
    let same_assignee = TaskEdit { priority, ..TaskEdit::to_assignee(Some(EVE)) };
    assert!(edit(&fixture, ZOE, same_assignee).await.is_ok());
}

#[tokio::test]
async fn edit_of_another_version_is_refused() {
    let start = || TaskEdit::to_status(Status::InProgress);
    let fixture = TasksFixture::default();
    for versions in [vec![], vec![2], vec![2, 3]] {
        let expected = ExpectedVersion::OneOf(versions);
        let refused = edit_version(&fixture, BOB, start(), expected).await;
        assert_eq!(refused, Err(Failure::PreconditionFailed));
    }
    let expected = ExpectedVersion::OneOf(vec![2, 1]);
    let edited = edit_version(&fixture, BOB, start(), expected).await.unwrap();
    let write = fixture.committed.take().remove(0).write;
    let TaskWrite::Update(stored) = &write else { panic!("{write:?}") };
    assert_eq!((stored.version, edited.version), (1, 2));
}
