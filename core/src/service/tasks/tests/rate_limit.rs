//! How many tasks a user may create.

use std::sync::Arc;

use super::office::{ANN, BOB, EVE, NOBODY, Office, request, user};
use crate::Failure;
use crate::domain::id::UserId;
use crate::port::MockTaskRepository;
use crate::service::idempotency::tests::request as key;
use crate::service::rate_limiter::RateLimiter;
use crate::service::tasks::{CreateTask, Tasks};

fn limited(office: &Office, most: u32) -> Tasks {
    Tasks { creations: Arc::new(RateLimiter::per_minute(most)), ..office.tasks() }
}

async fn create(
    tasks: &Tasks,
    caller: UserId,
    assigned_to: UserId,
    body: Option<&str>,
) -> Result<(), Failure> {
    let task = CreateTask { assigned_to: Some(assigned_to), ..request() };
    let key = body.map(|body| key("k", body));
    let created = tasks.create(&user(caller), task, key).await;
    created.map(|_| ())
}

const THROTTLED: Result<(), Failure> = Err(Failure::Throttled { retry_after: 60 });

#[tokio::test]
async fn user_creates_so_many_tasks_a_minute() {
    let office = Office::default();
    let tasks = limited(&office, 2);
    for _ in 0..2 {
        assert_eq!(create(&tasks, ANN, BOB, None).await, Ok(()));
    }
    assert_eq!(create(&tasks, ANN, BOB, None).await, THROTTLED);
    assert_eq!(office.committed.lock().unwrap().len(), 2);
    assert_eq!(create(&tasks, EVE, BOB, None).await, Ok(()));
}

#[tokio::test]
async fn replayed_and_refused_requests_are_not_counted() {
    let office = Office::default();
    let tasks = limited(&office, 2);
    let unknown = create(&tasks, ANN, NOBODY, None).await;
    assert!(matches!(unknown, Err(Failure::Invalid(_))), "{unknown:?}");
    for _ in 0..5 {
        assert_eq!(create(&tasks, ANN, BOB, Some("one")).await, Ok(()));
    }
    assert_eq!(create(&tasks, ANN, BOB, None).await, Ok(()));
    // At the limit, what was done before is still answered.
    assert_eq!(create(&tasks, ANN, BOB, None).await, THROTTLED);
    assert_eq!(create(&tasks, ANN, BOB, Some("one")).await, Ok(()));
}

#[tokio::test]
async fn concurrent_duplicate_is_not_counted() {
    let office = Office { is_blind: true, ..Office::default() };
    let tasks = limited(&office, 2);
    for _ in 0..5 {
        assert_eq!(create(&tasks, ANN, BOB, Some("one")).await, Ok(()));
    }
    assert_eq!(office.committed.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn task_that_could_not_be_stored_is_not_counted() {
    let office = Office::default();
    let away = Failure::Unavailable("away".to_owned());
    let mut store = MockTaskRepository::new();
    let answer = Err(away.clone());
    store.expect_commit().returning(move |_, _| answer.clone());
    let tasks = Tasks { tasks: Arc::new(store), ..limited(&office, 2) };
    for _ in 0..5 {
        assert_eq!(create(&tasks, ANN, BOB, None).await, Err(away.clone()));
    }
}
