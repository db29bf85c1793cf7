use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};

use super::house::{House, start};
use crate::port::MockSessionRepository;
use crate::service::accounts::Accounts;
use crate::service::accounts::prune_sessions::BATCH;

type Cutoffs = Arc<Mutex<Vec<DateTime<Utc>>>>;

/// A service whose store deletes so many sessions, call by call, and the cutoffs that it was given.
fn deleting(house: &House, mut counts: Vec<u64>) -> (Accounts, Cutoffs) {
    let cutoffs = Cutoffs::default();
    let given = cutoffs.clone();
    let mut sessions = MockSessionRepository::new();
    sessions.expect_delete_ended().returning(move |before, limit| {
        assert_eq!(limit, BATCH);
        given.lock().unwrap().push(before);
        Ok(counts.remove(0))
    });
    let accounts = Accounts { sessions: Arc::new(sessions), ..house.accounts() };
    (accounts, cutoffs)
}

#[tokio::test]
async fn sessions_are_deleted_in_batches_a_day_after_their_end() {
    let house = House::new();
    let (accounts, cutoffs) = deleting(&house, vec![BATCH.into(), BATCH.into(), 3]);
    accounts.prune_sessions().await.unwrap();
    let yesterday = start() - TimeDelta::days(1);
    assert_eq!(*cutoffs.lock().unwrap(), [yesterday; 3]);
}

#[tokio::test]
async fn sessions_are_kept_for_access_tokens_that_outlive_refresh_tokens() {
    let house = House::new();
    let (mut accounts, cutoffs) = deleting(&house, vec![0]);
    accounts.lifetimes.access = accounts.lifetimes.refresh + TimeDelta::days(5);
    accounts.prune_sessions().await.unwrap();
    assert_eq!(*cutoffs.lock().unwrap(), [start() - TimeDelta::days(6)]);
}
