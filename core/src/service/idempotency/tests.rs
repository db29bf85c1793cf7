use std::sync::Mutex;

use chrono::{DateTime, TimeDelta};

use super::*;
use crate::domain::idempotency::{Fingerprint, KeyName, StoredResult};
use crate::port::{MockClock, MockFingerprinter, MockIdempotencyRepository};

/// A request of this name with this body.
pub(crate) fn request(name: &str, body: &str) -> RequestKey {
    RequestKey { name: KeyName::new(name.to_owned()).unwrap(), body: body.as_bytes().to_vec() }
}

/// Idempotency with this stored result for every key.
pub(crate) fn knowing(known: Option<StoredResult>) -> Idempotency {
    let mut idempotency = MockIdempotencyRepository::new();
    idempotency.expect_find().returning(move |_| Ok(known.clone()));
    over(idempotency)
}

/// Idempotency over this repository; the body of a request is its fingerprint.
pub(crate) fn over(idempotency: MockIdempotencyRepository) -> Idempotency {
    let mut clock = MockClock::new();
    clock.expect_now().return_const(now());
    let mut fingerprinter = MockFingerprinter::new();
    fingerprinter
        .expect_fingerprint()
        .returning(|_, body| Ok(Fingerprint(String::from_utf8(body).unwrap())));
    Idempotency {
        idempotency: Arc::new(idempotency),
        fingerprinter: Arc::new(fingerprinter),
        clock: Arc::new(clock),
    }
}

/// The key of this user's request for a task.
pub(crate) fn key(user: UserId, body: &str) -> IdempotencyKey {
    let idempotency = over(MockIdempotencyRepository::new());
    let key = idempotency.key(Some(request("k", body)), user, Operation::CreateTask);
    key.unwrap().unwrap()
}

fn now() -> DateTime<chrono::Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

#[tokio::test]
async fn request_without_key_is_always_new() {
    let unasked = over(MockIdempotencyRepository::new());
    let key = unasked.key(None, UserId(1), Operation::CreateTask);
    assert_eq!(key, Ok(None));
    assert_eq!(unasked.lookup(None).await, Ok(None));
}

#[tokio::test]
async fn stored_result_is_found() {
    let key = key(UserId(1), "body");
    assert_eq!(key.at, now());
    let known = StoredResult {
        fingerprint: Fingerprint("body".to_owned()),
        created_ids: CreatedIds(vec![7]),
        at: now(),
    };
    let created_ids = Ok(Some(CreatedIds(vec![7])));
    assert_eq!(knowing(Some(known)).lookup(Some(&key)).await, created_ids);
    assert_eq!(knowing(None).lookup(Some(&key)).await, Ok(None));
}

#[tokio::test]
async fn expired_keys_are_deleted_in_chunks() {
    let portion = u64::from(Idempotency::CHUNK);
    let left = Mutex::new(2 * portion + 1);
    let mut idempotency = MockIdempotencyRepository::new();
    idempotency.expect_purge().times(3).returning(move |until, most| {
        assert_eq!((until, most), (now() - TimeDelta::days(1), Idempotency::CHUNK));
        let mut left = left.lock().unwrap();
        let gone = portion.min(*left);
        *left -= gone;
        Ok(gone)
    });
    assert_eq!(over(idempotency).purge_expired().await, Ok(()));
}

#[test]
fn debug_output_hides_the_body() {
    let shown = format!("{:?}", request("k", "hunter2"));
    assert!(shown.contains("\"k\"") && !shown.contains("hunter2"), "{shown}");
}
