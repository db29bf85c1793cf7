use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::fixture::{AccountsFixture, failing_hasher, hash_of};
use crate::Failure;
use crate::domain::account::{ClientNetwork, Password, PasswordHash};
use crate::port::PasswordHasher;
use crate::tests::fixtures::network;

pub(super) const NO_ACCOUNT: Result<(), Failure> = Err(Failure::NoActiveAccount);

pub(super) fn throttled(retry_after: u32) -> Result<(), Failure> {
    Err(Failure::Throttled { retry_after })
}

fn other_network() -> ClientNetwork {
    ClientNetwork::of([192, 0, 2, 2].into())
}

/// With this many failures per minute.
fn limited(per_minute: u32) -> AccountsFixture {
    AccountsFixture::with_login_limits(per_minute, 0)
}

async fn guess(fixture: &AccountsFixture, name: &str) -> Result<(), Failure> {
    fixture.try_log_in_from(network(), name, "guess").await
}

async fn log_in(fixture: &AccountsFixture, from: ClientNetwork) -> Result<(), Failure> {
    fixture.try_log_in_from(from, "bob", "bob's secret").await
}

#[tokio::test]
async fn at_the_limit_not_even_the_right_password_is_compared() {
    let fixture = limited(3);
    for _ in 0..3 {
        assert_eq!(guess(&fixture, "bob").await, NO_ACCOUNT);
    }
    assert_eq!(guess(&fixture, "bob").await, throttled(60));
    assert_eq!(log_in(&fixture, network()).await, throttled(60));
    assert_eq!(fixture.state().compared.len(), 3);
}

#[tokio::test]
async fn one_attempt_is_allowed_after_exactly_the_announced_wait() {
    let fixture = limited(2);
    assert_eq!(guess(&fixture, "bob").await, NO_ACCOUNT);
    fixture.wait(TimeDelta::seconds(20));
    assert_eq!(guess(&fixture, "bob").await, NO_ACCOUNT);
    assert_eq!(guess(&fixture, "bob").await, throttled(40));
    fixture.wait(TimeDelta::milliseconds(39_999));
    assert_eq!(guess(&fixture, "bob").await, throttled(1));
    fixture.wait(TimeDelta::milliseconds(1));
    assert_eq!(guess(&fixture, "bob").await, NO_ACCOUNT);
    assert_eq!(guess(&fixture, "bob").await, throttled(20));
}

#[tokio::test]
async fn failures_count_per_exact_username_and_network() {
    let fixture = limited(1);
    assert_eq!(guess(&fixture, "bob").await, NO_ACCOUNT);
    assert_eq!(guess(&fixture, "bob").await, throttled(60));
    for other in ["Bob", "unknown", "eve"] {
        assert_eq!(guess(&fixture, other).await, NO_ACCOUNT, "{other}");
    }
    assert_eq!(guess(&fixture, "unknown").await, throttled(60));
    assert_eq!(log_in(&fixture, other_network()).await, Ok(()));
}

#[tokio::test]
async fn network_has_ten_times_the_limit_over_all_usernames() {
    let fixture = limited(2);
    for number in 0..20 {
        let name = format!("name {number}");
        assert_eq!(guess(&fixture, &name).await, NO_ACCOUNT, "{name}");
    }
    assert_eq!(log_in(&fixture, network()).await, throttled(60));
    assert_eq!(log_in(&fixture, other_network()).await, Ok(()));
}

#[tokio::test]
async fn successful_log_in_clears_failures_and_does_not_count() {
    let fixture = limited(2);
    for _ in 0..30 {
        assert_eq!(log_in(&fixture, network()).await, Ok(()));
    }
    for _ in 0..3 {
        assert_eq!(guess(&fixture, "bob").await, NO_ACCOUNT);
        assert_eq!(log_in(&fixture, network()).await, Ok(()));
    }
}

#[tokio::test]
async fn own_log_ins_do_not_clear_failures_of_the_network() {
    let fixture = limited(1);
    for number in 0..10 {
        let name = format!("name {number}");
        assert_eq!(guess(&fixture, &name).await, NO_ACCOUNT);
        assert_eq!(log_in(&fixture, network()).await.is_ok(), number < 9);
    }
    assert_eq!(guess(&fixture, "more").await, throttled(60));
}

#[tokio::test]
async fn right_password_of_an_inactive_user_counts_as_a_failure() {
    let fixture = limited(1);
    for expected in [NO_ACCOUNT, throttled(60)] {
        let refused = fixture.try_log_in_from(network(), "eve", "eve's secret").await;
        assert_eq!(refused, expected);
    }
}

#[tokio::test]
async fn attempt_without_a_comparison_does_not_count() {
    let mut fixture = limited(1);
    let hasher = fixture.accounts.passwords.clone();
    fixture.accounts.passwords = failing_hasher(Failure::Throttled { retry_after: 1 });
    for _ in 0..3 {
        assert_eq!(log_in(&fixture, network()).await, throttled(1));
    }
    fixture.accounts.passwords = hasher;
    assert_eq!(log_in(&fixture, network()).await, Ok(()));
}

/// Compares passwords as permits are added.
struct BlockedHasher(Semaphore);

#[async_trait]
impl PasswordHasher for BlockedHasher {
    async fn hash(&self, _: Password, _: Option<ClientNetwork>) -> Result<PasswordHash, Failure> {
        unreachable!("no password is set here")
    }

    async fn verify(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
        _: ClientNetwork,
    ) -> Result<bool, Failure> {
        let _permit = self.0.acquire().await.unwrap();
        Ok(hash == Some(hash_of(password.reveal())))
    }
}

fn blocked(per_minute: u32) -> (Arc<AccountsFixture>, Arc<BlockedHasher>) {
    let hasher = Arc::new(BlockedHasher(Semaphore::new(0)));
    let mut fixture = limited(per_minute);
    fixture.accounts.passwords = hasher.clone();
    (Arc::new(fixture), hasher)
}

#[tokio::test]
async fn parallel_attempts_get_no_more_than_sequential_ones() {
    let (fixture, hasher) = blocked(3);
    let mut guesses = JoinSet::new();
    for _ in 0..50 {
        let fixture = fixture.clone();
        guesses.spawn(async move { guess(&fixture, "bob").await });
    }
    // The others may retry when the first three have been compared.
    for _ in 0..47 {
        assert_eq!(guesses.join_next().await.unwrap().unwrap(), throttled(1));
    }
    hasher.0.add_permits(Semaphore::MAX_PERMITS);
    while let Some(guess) = guesses.join_next().await {
        assert_eq!(guess.unwrap(), NO_ACCOUNT);
    }
    assert_eq!(log_in(&fixture, network()).await, throttled(60));
}

#[tokio::test]
async fn abandoned_attempt_counts_as_a_failure() {
    let (fixture, _hasher) = blocked(1);
    tokio::select! {
        biased;
        _ = guess(&fixture, "bob") => unreachable!("no comparison ends"),
        () = tokio::task::yield_now() => {}
    }
    assert_eq!(log_in(&fixture, network()).await, throttled(60));
}
