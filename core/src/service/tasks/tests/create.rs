use super::office::{ANN, BOB, EVE, MADE, NOBODY, Office, ZOE, due, now, request, user};
use crate::Failure;
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::id::UserId;
use crate::domain::notification::{MetaInfo, NotificationType};
use crate::domain::task::{Priority, Status, TaskDetails};
use crate::service::tasks::CreateTask;

async fn create(
    office: &Office,
    caller: UserId,
    request: CreateTask,
) -> Result<TaskDetails, Failure> {
    let made = office.tasks().create(&user(caller), request, None).await?;
    assert!(!made.is_replayed());
    Ok(made.into_value())
}

fn for_whom(assigned_to: UserId) -> CreateTask {
    CreateTask { assigned_to: Some(assigned_to), ..request() }
}

/// To whom, at which place, and in which words the office told something.
fn told(office: &Office) -> Vec<(UserId, i64, String)> {
    let published = office.published.lock().unwrap();
    let told = published.iter().map(|update| {
        let notification = update.notification.as_ref().unwrap();
        assert_eq!(notification.recipient, update.user);
        (update.user, update.head, notification.title.clone())
    });
    told.collect()
}

#[tokio::test]
async fn the_assignee_is_told_in_the_words_that_clients_know() {
    let office = Office::default();
    create(&office, ANN, for_whom(BOB)).await.unwrap();

    let published = office.published.lock().unwrap();
    let [update] = &published[..] else { panic!("{published:?}") };
    assert_eq!((update.user, update.head), (BOB, 42));
    let told = update.notification.as_ref().unwrap();
    assert_eq!(told.kind, NotificationType::TaskAssigned);
    assert_eq!(told.title, "New Task Assigned: Test SSE Notification");
    assert_eq!(told.message, "A new high priority task has been assigned to you.");
    assert_eq!(told.due_date, Some(due()));
    assert_eq!(told.created_at, now());
    let about = MetaInfo::Task { task_id: MADE, priority: Priority::High };
    assert_eq!(told.meta_info, about);
}

#[tokio::test]
async fn the_message_names_every_priority_in_small_letters() {
    let office = Office::default();
    for priority in Priority::ALL {
        let request = CreateTask { priority, ..for_whom(BOB) };
        create(&office, ANN, request).await.unwrap();
    }
    let committed = office.committed.lock().unwrap();
    let messages = committed.iter().map(|change| change.notifications[0].message.as_str());
    let expected = ["low", "medium", "high", "urgent"]
        .map(|name| format!("A new {name} priority task has been assigned to you."));
    assert_eq!(messages.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn the_answer_is_the_task_and_how_its_people_are_shown() {
    let office = Office::default();
    let made = create(&office, ANN, for_whom(BOB)).await.unwrap();
    assert_eq!(made.task.id, MADE);
    assert_eq!(made.task.status, Status::Pending);
    assert_eq!(made.task.assigned_to, Some(BOB));
    assert_eq!((made.task.assigned_by, made.task.created_by), (ANN, ANN));
    assert_eq!(made.task.created_at, now());
    assert_eq!(made.user_names.get(ANN).unwrap().full_name, "Ann Archer");
    assert_eq!(made.user_names.get(BOB).unwrap().full_name, "Bob");
}

#[tokio::test]
async fn one_who_assigns_to_themselves_is_told_too() {
    let office = Office::default();
    create(&office, BOB, for_whom(BOB)).await.unwrap();
    let title = "New Task Assigned: Test SSE Notification".to_owned();
    assert_eq!(told(&office), [(BOB, 42, title)]);
}

#[tokio::test]
async fn a_task_for_nobody_tells_nobody() {
    let office = Office::default();
    let made = create(&office, BOB, request()).await.unwrap();
    assert_eq!(made.task.assigned_to, None);
    assert_eq!(office.committed.lock().unwrap()[0].notifications, []);
    assert_eq!(told(&office), []);
}

#[tokio::test]
async fn nobody_hears_of_a_task_that_was_not_stored() {
    let office = Office {
        trouble: Some(Failure::Unavailable("the disk is full".to_owned())),
        ..Office::default()
    };
    let failed = create(&office, ANN, for_whom(BOB)).await;
    assert_eq!(failed.err(), office.trouble);
    assert_eq!(office.committed.lock().unwrap().len(), 1);
    assert_eq!(told(&office), []);
}

#[tokio::test]
async fn an_unknown_or_inactive_assignee_is_a_fault_of_that_field() {
    let office = Office::default();
    for id in [NOBODY, EVE] {
        let refused = create(&office, ANN, for_whom(id)).await;
        let expected = Failure::field("assigned_to", FieldError::UnknownUser(id.0));
        assert_eq!(refused, Err(expected));
    }
    assert_eq!(office.committed.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn both_people_who_are_unknown_are_named() {
    let request = CreateTask { assigned_by: Some(EVE), ..for_whom(NOBODY) };
    let refused = create(&Office::default(), ANN, request).await;
    let mut errors = FieldErrors::of("assigned_to", FieldError::UnknownUser(NOBODY.0));
    errors.add("assigned_by", FieldError::UnknownUser(EVE.0));
    assert_eq!(refused, Err(Failure::Invalid(errors)));
}

#[tokio::test]
async fn only_staff_makes_tasks_in_the_name_of_others() {
    let in_the_name_of = |assigner| CreateTask { assigned_by: Some(assigner), ..for_whom(ZOE) };
    let office = Office::default();
    let refused = create(&office, BOB, in_the_name_of(ANN)).await;
    assert_eq!(refused, Err(Failure::PermissionDenied));
    assert_eq!(office.committed.lock().unwrap().len(), 0);

    let own = create(&office, BOB, in_the_name_of(BOB)).await.unwrap();
    assert_eq!(own.task.assigned_by, BOB);

    let made = create(&office, ANN, in_the_name_of(BOB)).await.unwrap();
    assert_eq!((made.task.assigned_by, made.task.created_by), (BOB, ANN));
    for id in [ANN, BOB, ZOE] {
        assert!(made.user_names.get(id).is_some());
    }
}
