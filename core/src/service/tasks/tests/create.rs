use super::fixture::{NEW_TASK, TasksFixture, due, request, request_for};
use crate::Failure;
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::id::UserId;
use crate::domain::notification::{MetaInfo, NotificationType};
use crate::domain::task::{Priority, Status, TaskDetails};
use crate::service::tasks::CreateTask;
use crate::tests::fixtures::{ANN, BOB, EVE, UNKNOWN, ZOE, now, unavailable, user};

async fn create(
    fixture: &TasksFixture,
    caller: UserId,
    request: CreateTask,
) -> Result<TaskDetails, Failure> {
    let created = fixture.tasks().create(&user(caller), request, None).await?;
    assert!(!created.is_replayed());
    Ok(created.into_value())
}

#[tokio::test]
async fn assignee_gets_a_notification_of_the_new_task() {
    let fixture = TasksFixture::default();
    create(&fixture, ANN, request_for(BOB)).await.unwrap();

    let notifications = fixture.notifications();
    let [notification] = &notifications[..] else { panic!("{notifications:?}") };
    assert_eq!(notification.recipient, BOB);
    assert_eq!(notification.kind, NotificationType::TASK_ASSIGNED);
    assert_eq!(notification.title, "New Task Assigned: Test SSE Notification");
    assert_eq!(notification.message, "A new high priority task has been assigned to you.");
    assert_eq!(notification.due_date, Some(due()));
    assert_eq!(notification.created_at, now());
    let meta_info = MetaInfo::Task { task_id: NEW_TASK, priority: Priority::High };
    assert_eq!(notification.meta_info, meta_info);
}

#[tokio::test]
async fn message_names_every_priority_in_lower_case() {
    let fixture = TasksFixture::default();
    for priority in Priority::ALL {
        create(&fixture, ANN, CreateTask { priority, ..request_for(BOB) }).await.unwrap();
    }
    let messages = fixture.notifications().into_iter().map(|notification| notification.message);
    let expected = ["low", "medium", "high", "urgent"]
        .map(|name| format!("A new {name} priority task has been assigned to you."));
    assert_eq!(messages.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn created_task_is_returned_with_the_names_of_its_users() {
    let created = create(&TasksFixture::default(), ANN, request_for(BOB)).await.unwrap();
    assert_eq!(created.task.id, NEW_TASK);
    assert_eq!(created.task.status, Status::Pending);
    assert_eq!(created.task.assigned_to, Some(BOB));
    assert_eq!((created.task.assigned_by, created.task.created_by), (ANN, ANN));
    assert_eq!(created.task.created_at, now());
    assert_eq!(created.user_names.get(ANN).unwrap().full_name, "Ann Archer");
    assert_eq!(created.user_names.get(BOB).unwrap().full_name, "Bob");
}

#[tokio::test]
async fn creator_who_is_the_assignee_gets_a_notification_too() {
    let fixture = TasksFixture::default();
    create(&fixture, BOB, request_for(BOB)).await.unwrap();
    let notifications = fixture.notifications();
    assert_eq!(notifications.len(), 1);
    assert_eq!(notifications[0].recipient, BOB);
    assert_eq!(notifications[0].title, "New Task Assigned: Test SSE Notification");
}

#[tokio::test]
async fn task_without_an_assignee_sends_no_notification() {
    let fixture = TasksFixture::default();
    let created = create(&fixture, BOB, request()).await.unwrap();
    assert_eq!(created.task.assigned_to, None);
    assert_eq!(fixture.committed.all()[0].notifications, []);
    assert_eq!(fixture.notifications(), []);
}

#[tokio::test]
async fn failed_commit_publishes_nothing() {
    let fixture = TasksFixture { commit_failure: Some(unavailable()), ..TasksFixture::default() };
    assert_eq!(create(&fixture, ANN, request_for(BOB)).await, Err(unavailable()));
    assert_eq!(fixture.counts(), (1, 0));
}

#[tokio::test]
async fn unknown_or_inactive_assignee_is_an_error_of_its_field() {
    let fixture = TasksFixture::default();
    for id in [UNKNOWN, EVE] {
        let refused = create(&fixture, ANN, request_for(id)).await;
        let expected = Failure::field("assigned_to", FieldError::UnknownUser(id.0));
        assert_eq!(refused, Err(expected));
    }
    assert!(fixture.committed.is_empty());
}

#[tokio::test]
async fn errors_of_assignee_and_assigner_are_returned_together() {
    let request = CreateTask { assigned_by: Some(EVE), ..request_for(UNKNOWN) };
    let refused = create(&TasksFixture::default(), ANN, request).await;
    let mut errors = FieldErrors::of("assigned_to", FieldError::UnknownUser(UNKNOWN.0));
    errors.add("assigned_by", FieldError::UnknownUser(EVE.0));
    assert_eq!(refused, Err(Failure::Invalid(errors)));
}

#[tokio::test]
async fn only_staff_name_another_assigner() {
    let assigned_by = |assigner| CreateTask { assigned_by: Some(assigner), ..request_for(ZOE) };
    let fixture = TasksFixture::default();
    let refused = create(&fixture, BOB, assigned_by(ANN)).await;
    assert_eq!(refused, Err(Failure::PermissionDenied));
    assert!(fixture.committed.is_empty());

    let own = create(&fixture, BOB, assigned_by(BOB)).await.unwrap();
    assert_eq!(own.task.assigned_by, BOB);

    let by_staff = create(&fixture, ANN, assigned_by(BOB)).await.unwrap();
    assert_eq!((by_staff.task.assigned_by, by_staff.task.created_by), (BOB, ANN));
    for id in [ANN, BOB, ZOE] {
        assert!(by_staff.user_names.get(id).is_some());
    }
}
