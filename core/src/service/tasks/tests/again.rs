//! Requests that come again although they were done.

use super::office::{ANN, BOB, EVE, MADE, Office, SAID, ZOE, request, user};
use crate::Failure;
use crate::domain::field::FieldError;
use crate::domain::id::{TaskId, UserId};
use crate::domain::idempotency::Outcome;
use crate::domain::task::{ExpectedVersion, TaskDetails};
use crate::domain::text::Text;
use crate::service::idempotency::tests::request as key;
use crate::service::tasks::CreateTask;

/// Has nothing to do with the task that stands.
const STRANGER: UserId = UserId(6);

async fn create(
    office: &Office,
    caller: UserId,
    assigned_to: UserId,
    body: &str,
) -> Result<Outcome<TaskDetails>, Failure> {
    let wish = CreateTask { assigned_to: Some(assigned_to), ..request() };
    let tasks = office.tasks();
    tasks.create(&user(caller), wish, Some(key("k", body))).await
}

async fn say(office: &Office, author: UserId) -> Result<Outcome<TaskDetails>, Failure> {
    say_to(office, author, ExpectedVersion::Any).await
}

async fn say_to(
    office: &Office,
    author: UserId,
    expected: ExpectedVersion,
) -> Result<Outcome<TaskDetails>, Failure> {
    let text = Text::new("@bob?".to_owned()).unwrap();
    let key = Some(key("k", "said"));
    let (tasks, author) = (office.tasks(), user(author));
    tasks.comment(&author, TaskId(1), text, expected, key).await
}

/// How much was stored, and how many were told.
fn done(office: &Office) -> (usize, usize) {
    let stored = office.committed.lock().unwrap().len();
    (stored, office.published.lock().unwrap().len())
}

#[tokio::test]
async fn a_task_is_made_and_told_once_and_shown_again() {
    let office = Office::default();
    let first = create(&office, ANN, BOB, "one").await.unwrap();
    let again = create(&office, ANN, BOB, "one").await.unwrap();
    assert!(!first.is_replayed() && again.is_replayed());
    assert_eq!(again.value(), first.value());
    assert_eq!(again.value().task.id, MADE);
    assert_eq!(done(&office), (1, 1));
}

#[tokio::test]
async fn of_two_at_the_same_time_the_second_finds_what_the_first_made() {
    let office = Office { is_blind: true, ..Office::default() };
    create(&office, ANN, BOB, "one").await.unwrap();
    let again = create(&office, ANN, BOB, "one").await.unwrap();
    assert!(again.is_replayed());
    say(&office, ZOE).await.unwrap();
    assert!(say(&office, ZOE).await.unwrap().is_replayed());
    assert_eq!(done(&office), (2, 2));
}

#[tokio::test]
async fn another_request_by_the_same_name_is_refused() {
    for is_blind in [false, true] {
        let office = Office { is_blind, ..Office::default() };
        create(&office, ANN, BOB, "one").await.unwrap();
        let other = create(&office, ANN, ZOE, "other").await;
        assert_eq!(other, Err(Failure::IdempotencyKeyReused));
        assert_eq!(done(&office), (1, 1));
    }
}

#[tokio::test]
async fn a_name_is_one_users_and_one_operations() {
    let office = Office::default();
    create(&office, ANN, BOB, "one").await.unwrap();
    let others = create(&office, BOB, BOB, "one").await.unwrap();
    let said = say(&office, ANN).await.unwrap();
    assert!(!others.is_replayed() && !said.is_replayed());
    assert_eq!(done(&office), (3, 3));
}

#[tokio::test]
async fn what_was_refused_is_not_remembered() {
    let office = Office::default();
    let refused = create(&office, ANN, EVE, "one").await;
    let inactive = Failure::field("assigned_to", FieldError::UnknownUser(EVE.0));
    assert_eq!(refused, Err(inactive));
    let good = create(&office, ANN, BOB, "other").await.unwrap();
    assert!(!good.is_replayed());
}

#[tokio::test]
async fn what_is_true_no_more_does_not_spoil_the_answer() {
    let office = Office::default();
    office.remember(ANN, "one");
    // Eve was active when the task was made for her.
    let again = create(&office, ANN, EVE, "one").await.unwrap();
    assert!(again.is_replayed());
    assert_eq!(done(&office), (0, 0));
}

#[tokio::test]
async fn who_may_not_see_it_any_more_is_not_shown_it_again() {
    let office = Office::default();
    office.remember(STRANGER, "one");
    let again = create(&office, STRANGER, BOB, "one").await;
    assert_eq!(again, Err(Failure::NotFound));
}

#[tokio::test]
async fn a_comment_is_said_and_told_once() {
    let office = Office::default();
    let first = say(&office, ZOE).await.unwrap();
    let again = say(&office, ZOE).await.unwrap();
    assert!(!first.is_replayed() && again.is_replayed());
    assert_eq!(done(&office), (1, 1));
}

#[tokio::test]
async fn what_raised_the_version_does_not_outdate_itself() {
    let mut office = Office::default();
    let first = ExpectedVersion::OneOf(vec![1]);
    say_to(&office, ZOE, first.clone()).await.unwrap();
    office.task = office.task.into_next_version();
    assert!(say_to(&office, ZOE, first).await.unwrap().is_replayed());
    assert_eq!(done(&office), (1, 1));
}

#[tokio::test]
async fn a_created_comment_is_returned_again_as_long_as_it_exists() {
    let office = Office::default();
    let (tasks, zoe) = (office.tasks(), user(ZOE));
    let create = || {
        let text = Text::new("@bob?".to_owned()).unwrap();
        let key = Some(key("k", "created"));
        tasks.create_comment(&zoe, TaskId(1), text, ExpectedVersion::Any, key)
    };
    let first = create().await.unwrap();
    let again = create().await.unwrap();
    assert!(!first.is_replayed() && again.is_replayed());
    assert_eq!(again.value(), first.value());
    assert_eq!(first.value().value.id, SAID);
    assert_eq!(first.value().user_names.get(BOB).unwrap().username, "bob");
    assert_eq!(done(&office), (1, 1));
    // Adding a comment by the other operation is another request.
    assert!(!say(&office, ZOE).await.unwrap().is_replayed());

    // Once it is gone there is nothing to return.
    office.committed.lock().unwrap().clear();
    assert_eq!(create().await, Err(Failure::NotFound));
}
