use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::fixture::{AccountsFixture, start};
use crate::port::MockSessionRepository;
use crate::service::accounts::Accounts;
use crate::service::accounts::prune_sessions::BATCH;
use crate::tests::fixtures::Recorder;

/// The service over a store that deletes this many sessions per call, and the cutoffs of the calls.
fn deleting(mut counts: Vec<u64>) -> (Accounts, Recorder<DateTime<Utc>>) {
    let cutoffs = Recorder::default();
    let recorder = cutoffs.clone();
    let mut sessions = MockSessionRepository::new();
    sessions.expect_delete_ended().returning(move |before, limit| {
        assert_eq!(limit, BATCH);
        recorder.push(before);
        Ok(counts.remove(0))
    });
    let fixture = AccountsFixture::new();
    (Accounts { sessions: Arc::new(sessions), ..fixture.accounts }, cutoffs)
}

#[tokio::test]
async fn sessions_are_deleted_in_batches_a_day_after_their_end() {
    let (accounts, cutoffs) = deleting(vec![BATCH.into(), BATCH.into(), 3]);
    accounts.prune_sessions().await.unwrap();
    assert_eq!(cutoffs.all(), [start() - TimeDelta::days(1); 3]);
}

#[tokio::test]
async fn sessions_are_kept_for_access_tokens_that_outlive_refresh_tokens() {
    let (mut accounts, cutoffs) = deleting(vec![0]);
    accounts.lifetimes.access = accounts.lifetimes.refresh + TimeDelta::days(5);
    accounts.prune_sessions().await.unwrap();
    assert_eq!(cutoffs.all(), [start() - TimeDelta::days(6)]);
}
