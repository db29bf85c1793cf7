use std::sync::Mutex;

use chrono::TimeDelta;

use super::*;
use crate::port::MockIdempotencyRepository;
use crate::tests::fixtures::{BOB, idempotency, idempotency_over, now, request_key, stored_result};

#[tokio::test]
async fn request_without_key_is_always_new() {
    // The repository panics when it is called.
    let idempotency = idempotency_over(MockIdempotencyRepository::new());
    assert_eq!(idempotency.key(None, BOB, Operation::CreateTask), Ok(None));
    assert_eq!(idempotency.lookup(None).await, Ok(None));
}

#[tokio::test]
async fn lookup_finds_the_stored_result() {
    let stored = idempotency(Some(stored_result("body", &[7])));
    let key = stored.key(Some(request_key("k", "body")), BOB, Operation::CreateTask);
    let key = key.unwrap().unwrap();
    assert_eq!(key.at, now());
    assert_eq!(stored.lookup(Some(&key)).await, Ok(Some(CreatedIds(vec![7]))));
    assert_eq!(idempotency(None).lookup(Some(&key)).await, Ok(None));
}

#[tokio::test]
async fn expired_keys_are_deleted_in_chunks() {
    let chunk = u64::from(Idempotency::CHUNK);
    let left = Mutex::new(2 * chunk + 1);
    let mut repository = MockIdempotencyRepository::new();
    repository.expect_purge().times(3).returning(move |until, limit| {
        assert_eq!((until, limit), (now() - TimeDelta::days(1), Idempotency::CHUNK));
        let mut left = left.lock().unwrap();
        let deleted = chunk.min(*left);
        *left -= deleted;
        Ok(deleted)
    });
    assert_eq!(idempotency_over(repository).purge_expired().await, Ok(()));
}

#[test]
fn debug_output_hides_the_request_body() {
    let shown = format!("{:?}", request_key("k", "hunter2"));
    assert!(shown.contains("\"k\"") && !shown.contains("hunter2"), "{shown}");
}
