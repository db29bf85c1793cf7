use super::fixture::{NEW_COMMENT, NEW_TASK, STRANGER, TASK, TasksFixture, request_for};
use crate::Failure;
use crate::domain::field::FieldError;
use crate::domain::id::UserId;
use crate::domain::idempotency::{CreatedIds, Operation, Outcome};
use crate::domain::task::{ExpectedVersion, TaskDetails};
use crate::domain::text::Text;
use crate::tests::fixtures::{ANN, BOB, EVE, ZOE, request_key, user};

async fn create(
    fixture: &TasksFixture,
    caller: UserId,
    assignee: UserId,
    body: &str,
) -> Result<Outcome<TaskDetails>, Failure> {
    let key = Some(request_key("k", body));
    fixture.tasks().create(&user(caller), request_for(assignee), key).await
}

async fn comment(
    fixture: &TasksFixture,
    author: UserId,
    expected: ExpectedVersion,
) -> Result<Outcome<TaskDetails>, Failure> {
    let text = Text::new("@bob?".to_owned()).unwrap();
    let key = Some(request_key("k", "comment"));
    fixture.tasks().comment(&user(author), TASK, text, expected, key).await
}

/// The task was created by this user's request with this body.
fn store_creation(fixture: &TasksFixture, user: UserId, body: &str) {
    let idempotency = fixture.tasks().idempotency;
    let key = idempotency.key(Some(request_key("k", body)), user, Operation::CreateTask);
    fixture.store_result(key.unwrap().unwrap(), CreatedIds(vec![TASK.0]));
}

#[tokio::test]
async fn retried_creation_returns_the_first_task() {
    let fixture = TasksFixture::default();
    let first = create(&fixture, ANN, BOB, "one").await.unwrap();
    let retry = create(&fixture, ANN, BOB, "one").await.unwrap();
    assert!(!first.is_replayed() && retry.is_replayed());
    assert_eq!(retry.value(), first.value());
    assert_eq!(retry.value().task.id, NEW_TASK);
    assert_eq!(fixture.counts(), (1, 1));
}

#[tokio::test]
async fn concurrent_duplicate_returns_the_first_result() {
    let fixture = TasksFixture { hides_results: true, ..TasksFixture::default() };
    create(&fixture, ANN, BOB, "one").await.unwrap();
    assert!(create(&fixture, ANN, BOB, "one").await.unwrap().is_replayed());
    comment(&fixture, ZOE, ExpectedVersion::Any).await.unwrap();
    assert!(comment(&fixture, ZOE, ExpectedVersion::Any).await.unwrap().is_replayed());
    assert_eq!(fixture.counts(), (2, 2));
}

#[tokio::test]
async fn key_of_another_request_is_refused() {
    for hides_results in [false, true] {
        let fixture = TasksFixture { hides_results, ..TasksFixture::default() };
        create(&fixture, ANN, BOB, "one").await.unwrap();
        let other = create(&fixture, ANN, ZOE, "other").await;
        assert_eq!(other, Err(Failure::IdempotencyKeyReused));
        assert_eq!(fixture.counts(), (1, 1));
    }
}

#[tokio::test]
async fn same_key_of_another_user_or_operation_is_independent() {
    let fixture = TasksFixture::default();
    create(&fixture, ANN, BOB, "one").await.unwrap();
    let other_user = create(&fixture, BOB, BOB, "one").await.unwrap();
    let other_operation = comment(&fixture, ANN, ExpectedVersion::Any).await.unwrap();
    assert!(!other_user.is_replayed() && !other_operation.is_replayed());
    assert_eq!(fixture.counts(), (3, 3));
}

#[tokio::test]
async fn refused_request_does_not_use_its_key() {
    let fixture = TasksFixture::default();
    let inactive = Failure::field("assigned_to", FieldError::UnknownUser(EVE.0));
    assert_eq!(create(&fixture, ANN, EVE, "one").await, Err(inactive));
    assert!(!create(&fixture, ANN, BOB, "other").await.unwrap().is_replayed());
}

#[tokio::test]
async fn retry_is_not_checked_again() {
    let fixture = TasksFixture::default();
    store_creation(&fixture, ANN, "one");
    // Eve has become inactive since.
    assert!(create(&fixture, ANN, EVE, "one").await.unwrap().is_replayed());
    assert_eq!(fixture.counts(), (0, 0));
}

#[tokio::test]
async fn retry_without_read_access_is_not_found() {
    let fixture = TasksFixture::default();
    store_creation(&fixture, STRANGER, "one");
    assert_eq!(create(&fixture, STRANGER, BOB, "one").await, Err(Failure::NotFound));
}

#[tokio::test]
async fn retried_comment_is_added_once() {
    let fixture = TasksFixture::default();
    let first = comment(&fixture, ZOE, ExpectedVersion::Any).await.unwrap();
    let retry = comment(&fixture, ZOE, ExpectedVersion::Any).await.unwrap();
    assert!(!first.is_replayed() && retry.is_replayed());
    assert_eq!(fixture.counts(), (1, 1));
}

#[tokio::test]
async fn retry_with_the_version_before_the_first_request_is_replayed() {
    let mut fixture = TasksFixture::default();
    let first = ExpectedVersion::OneOf(vec![1]);
    comment(&fixture, ZOE, first.clone()).await.unwrap();
    fixture.task = fixture.task.into_next_version();
    assert!(comment(&fixture, ZOE, first).await.unwrap().is_replayed());
    assert_eq!(fixture.counts(), (1, 1));
}

#[tokio::test]
async fn retried_comment_creation_returns_the_comment_until_it_is_deleted() {
    let fixture = TasksFixture::default();
    let (tasks, zoe) = (fixture.tasks(), user(ZOE));
    let create = || {
        let text = Text::new("@bob?".to_owned()).unwrap();
        let key = Some(request_key("k", "created"));
        tasks.create_comment(&zoe, TASK, text, ExpectedVersion::Any, key)
    };
    let first = create().await.unwrap();
    let retry = create().await.unwrap();
    assert!(!first.is_replayed() && retry.is_replayed());
    assert_eq!(retry.value(), first.value());
    assert_eq!(first.value().value.id, NEW_COMMENT);
    assert_eq!(first.value().user_names.get(BOB).unwrap().username, "bob");
    assert_eq!(fixture.counts(), (1, 1));
    // Adding a comment and returning the task is another operation.
    let other_operation = comment(&fixture, ZOE, ExpectedVersion::Any).await.unwrap();
    assert!(!other_operation.is_replayed());

    fixture.committed.take();
    assert_eq!(create().await, Err(Failure::NotFound));
}
