//! The limit of created tasks per user.

use std::sync::Arc;

use super::fixture::{TasksFixture, request_for};
use crate::Failure;
use crate::domain::id::UserId;
use crate::service::rate_limiter::RateLimiter;
use crate::service::tasks::Tasks;
use crate::tests::fixtures::{ANN, BOB, EVE, UNKNOWN, request_key, unavailable, user};

/// The service with at most two tasks per minute.
fn limited(fixture: &TasksFixture) -> Tasks {
    Tasks { creations: Arc::new(RateLimiter::per_minute(2)), ..fixture.tasks() }
}

async fn create(
    tasks: &Tasks,
    caller: UserId,
    assignee: UserId,
    body: Option<&str>,
) -> Result<(), Failure> {
    let key = body.map(|body| request_key("k", body));
    tasks.create(&user(caller), request_for(assignee), key).await.map(drop)
}

const THROTTLED: Result<(), Failure> = Err(Failure::Throttled { retry_after: 60 });

#[tokio::test]
async fn created_tasks_are_limited_per_user_and_minute() {
    let fixture = TasksFixture::default();
    let tasks = limited(&fixture);
    for _ in 0..2 {
        assert_eq!(create(&tasks, ANN, BOB, None).await, Ok(()));
    }
    assert_eq!(create(&tasks, ANN, BOB, None).await, THROTTLED);
    let left = |user| tasks.creations.quota(user, tasks.clock.now()).map(|it| it.remaining);
    assert_eq!([left(ANN), left(EVE)], [Some(0), Some(2)]);
    assert_eq!(fixture.committed.len(), 2);
    assert_eq!(create(&tasks, EVE, BOB, None).await, Ok(()));
}

#[tokio::test]
async fn replayed_and_refused_requests_are_not_counted() {
    let tasks = limited(&TasksFixture::default());
    let unknown = create(&tasks, ANN, UNKNOWN, None).await;
    assert!(matches!(unknown, Err(Failure::Invalid(_))), "{unknown:?}");
    for _ in 0..5 {
        assert_eq!(create(&tasks, ANN, BOB, Some("one")).await, Ok(()));
    }
    assert_eq!(create(&tasks, ANN, BOB, None).await, Ok(()));
    // Retries are answered at the limit, too.
    assert_eq!(create(&tasks, ANN, BOB, None).await, THROTTLED);
    assert_eq!(create(&tasks, ANN, BOB, Some("one")).await, Ok(()));
}

#[tokio::test]
async fn concurrent_duplicate_is_not_counted() {
    let fixture = TasksFixture { hides_results: true, ..TasksFixture::default() };
    let tasks = limited(&fixture);
    for _ in 0..5 {
        assert_eq!(create(&tasks, ANN, BOB, Some("one")).await, Ok(()));
    }
    assert_eq!(fixture.committed.len(), 1);
}

#[tokio::test]
async fn task_that_could_not_be_stored_is_not_counted() {
    let failing = TasksFixture { commit_failure: Some(unavailable()), ..TasksFixture::default() };
    let tasks = limited(&failing);
    for _ in 0..5 {
        assert_eq!(create(&tasks, ANN, BOB, None).await, Err(unavailable()));
    }
}
