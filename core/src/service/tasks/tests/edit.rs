use chrono::TimeDelta;

use super::office::{ANN, BOB, EVE, NOBODY, Office, ZOE, due, now, user};
use crate::Failure;
use crate::domain::change::TaskWrite;
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::id::{TaskId, UserId};
use crate::domain::notification::{MetaInfo, NotificationType};
use crate::domain::patch::Patch;
use crate::domain::task::{ExpectedVersion, LinkedEntity, Priority, Status, Task, TaskEdit};
use crate::domain::text::Text;

async fn edit(office: &Office, caller: UserId, edit: TaskEdit) -> Result<Task, Failure> {
    edit_version(office, caller, edit, ExpectedVersion::Any).await
}

async fn edit_version(
    office: &Office,
    caller: UserId,
    edit: TaskEdit,
    expected: ExpectedVersion,
) -> Result<Task, Failure> {
    let tasks = office.tasks();
    let edited = tasks.edit(&user(caller), TaskId(1), edit, expected).await;
    edited.map(|shown| shown.task)
}

/// Whom the office told, and what.
fn told(office: &Office) -> Vec<(UserId, NotificationType, String)> {
    let published = office.published.lock().unwrap();
    let told = published.iter().map(|update| {
        let told = update.notification.as_ref().unwrap();
        (told.recipient, told.kind, told.title.clone())
    });
    told.collect()
}

#[tokio::test]
async fn what_is_absent_stays_and_what_changes_says_who_and_when() {
    let office = Office::default();
    let wanted =
        TaskEdit { title: Some(Text::new("Other".to_owned()).unwrap()), ..TaskEdit::default() };
    let edited = edit(&office, BOB, wanted).await.unwrap();
    assert_eq!((edited.title.as_str(), edited.version), ("Other", 2));
    assert_eq!((edited.updated_by, edited.updated_at), (BOB, now()));
    assert_eq!(edited.detail, office.task.detail);
    assert_eq!(edited.comments, office.task.comments);
    assert_eq!(told(&office), []);
}

#[tokio::test]
async fn what_changes_nothing_is_not_stored() {
    let office = Office::default();
    let same = TaskEdit {
        priority: Some(Priority::High),
        status: Some(Status::Pending),
        assigned_to: Patch::Set(BOB),
        assigned_by: Some(ZOE),
        due_date: Some(due()),
        ..TaskEdit::default()
    };
    let edited = edit(&office, BOB, same).await.unwrap();
    assert_eq!(edited, office.task);
    assert!(office.committed.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_new_assignee_is_told_and_the_old_one_is_not() {
    let office = Office::default();
    let wanted = TaskEdit { priority: Some(Priority::Urgent), ..TaskEdit::to_assignee(Some(ANN)) };
    edit(&office, BOB, wanted).await.unwrap();
    let title = "Task Assigned: Test SSE Notification".to_owned();
    assert_eq!(told(&office), [(ANN, NotificationType::TaskAssigned, title)]);
    let published = office.published.lock().unwrap();
    let told = published[0].notification.as_ref().unwrap();
    let message = "A new urgent priority task has been assigned to you.";
    assert_eq!(told.message, message);
    let about = MetaInfo::Task { task_id: TaskId(1), priority: Priority::Urgent };
    assert_eq!(told.meta_info, about);
}

#[tokio::test]
async fn who_gets_a_closed_task_is_not_told_that_it_is_to_be_done() {
    let to_ann = |status| TaskEdit { status, ..TaskEdit::to_assignee(Some(ANN)) };
    let office = Office::default();
    let closing = to_ann(Some(Status::Completed));
    edit(&office, ZOE, closing).await.unwrap();
    assert_eq!(told(&office), []);
    let office = Office::with(|task| task.status = Status::Cancelled);
    edit(&office, ZOE, to_ann(None)).await.unwrap();
    assert_eq!(told(&office), []);
    let reopening = to_ann(Some(Status::Pending));
    edit(&office, ZOE, reopening).await.unwrap();
    assert_eq!(told(&office).len(), 1);
}

#[tokio::test]
async fn the_assigner_is_told_when_somebody_else_closes_the_task() {
    for (status, kind) in [
        (Status::Completed, NotificationType::TaskCompleted),
        (Status::Cancelled, NotificationType::TaskCancelled),
    ] {
        let office = Office::default();
        let closed = edit(&office, BOB, TaskEdit::to_status(status)).await;
        assert_eq!(closed.unwrap().status, status);
        let title = format!("{}: Test SSE Notification", kind.display());
        assert_eq!(told(&office), [(ZOE, kind, title)]);

        let office = Office::default();
        edit(&office, ZOE, TaskEdit::to_status(status)).await.unwrap();
        assert_eq!(told(&office), []);
    }
}

#[tokio::test]
async fn completion_is_dated_until_the_task_is_reopened() {
    let office = Office::default();
    let done = edit(&office, BOB, TaskEdit::to_status(Status::Completed)).await;
    assert_eq!(done.unwrap().completed_at, Some(now()));

    let office = Office::with(|task| {
        task.status = Status::Completed;
        task.completed_at = Some(now());
    });
    let reopened = edit(&office, BOB, TaskEdit::to_status(Status::Pending)).await;
    let reopened = reopened.unwrap();
    assert_eq!((reopened.status, reopened.completed_at), (Status::Pending, None));
    assert_eq!(told(&office), []);
}

#[tokio::test]
async fn a_status_that_no_action_leads_to_is_refused() {
    let office = Office::default();
    let refused = edit(&office, BOB, TaskEdit::to_status(Status::Overdue)).await;
    let expected = Failure::InvalidTransition { from: Status::Pending, to: Status::Overdue };
    assert_eq!(refused, Err(expected));
    assert!(office.committed.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_later_date_makes_an_overdue_task_pending_again() {
    use Status::{Completed, InProgress, Overdue, Pending};
    let refused = |from, to| Err(Failure::InvalidTransition { from, to });
    // Whatever was read before the service made it so, or after.
    for (hours, asked, expected) in [
        (1, None, Ok(Pending)),
        (1, Some(Overdue), Ok(Pending)),
        (1, Some(Pending), Ok(Pending)),
        (1, Some(InProgress), Ok(InProgress)),
        (1, Some(Completed), Ok(Completed)),
        (-1, None, Ok(Overdue)),
        (-1, Some(Overdue), Ok(Overdue)),
        (-1, Some(Pending), refused(Overdue, Pending)),
    ] {
        let office = Office::with(|task| {
            task.status = Overdue;
            task.due_date = now() - TimeDelta::days(1);
        });
        let wanted = TaskEdit {
            status: asked,
            due_date: Some(now() + TimeDelta::hours(hours)),
            ..TaskEdit::default()
        };
        let edited = edit(&office, BOB, wanted).await;
        assert_eq!(edited.map(|task| task.status), expected, "{hours} {asked:?}");
    }
}

#[tokio::test]
async fn what_a_task_is_linked_to_is_known_whole_or_not_at_all() {
    let linked = || LinkedEntity { kind: "client".to_owned(), id: 7 };
    let office = Office::with(|task| task.linked_entity = Some(linked()));
    let other = TaskEdit { linked_id: Patch::Set(8), ..TaskEdit::default() };
    let edited = edit(&office, BOB, other).await.unwrap();
    assert_eq!(edited.linked_entity, Some(LinkedEntity { id: 8, ..linked() }));

    let half = TaskEdit { linked_id: Patch::Clear, ..TaskEdit::default() };
    let errors =
        FieldErrors::of("linked_entity_id", FieldError::OnlyTogether("linked_entity_type"));
    assert_eq!(edit(&office, BOB, half).await, Err(Failure::Invalid(errors)));
    let none =
        TaskEdit { linked_kind: Patch::Clear, linked_id: Patch::Clear, ..TaskEdit::default() };
    assert_eq!(edit(&office, BOB, none).await.unwrap().linked_entity, None);
}

#[tokio::test]
async fn a_new_assignee_must_be_active_and_the_old_one_need_not() {
    for id in [EVE, NOBODY] {
        let refused = edit(&Office::default(), BOB, TaskEdit::to_assignee(Some(id))).await;
        let expected = Failure::field("assigned_to", FieldError::UnknownUser(id.0));
        assert_eq!(refused, Err(expected));
    }
    let office = Office::with(|task| task.assigned_to = Some(EVE));
    let wanted = TaskEdit { priority: Some(Priority::Low), ..TaskEdit::to_assignee(Some(EVE)) };
    assert!(edit(&office, ZOE, wanted).await.is_ok());
}

#[tokio::test]
async fn a_change_that_is_meant_for_another_version_is_refused() {
    let wanted = || TaskEdit::to_status(Status::InProgress);
    let office = Office::default();
    for versions in [vec![], vec![2], vec![2, 3]] {
        let expected = ExpectedVersion::OneOf(versions);
        let refused = edit_version(&office, BOB, wanted(), expected).await;
        assert_eq!(refused, Err(Failure::PreconditionFailed));
    }
    let expected = ExpectedVersion::OneOf(vec![2, 1]);
    let edited = edit_version(&office, BOB, wanted(), expected).await.unwrap();
    let committed = office.committed.lock().unwrap();
    let TaskWrite::Update(stored) = &committed[0].write else { panic!("{committed:?}") };
    assert_eq!((stored.version, edited.version), (1, 2));
}
