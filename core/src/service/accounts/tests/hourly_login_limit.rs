//! The hourly limit of attempts on one account, over all networks.

use chrono::TimeDelta;

use super::fixture::AccountsFixture;
use super::login_throttle::{NO_ACCOUNT, throttled};
use crate::Failure;
use crate::domain::account::ClientNetwork;
use crate::tests::fixtures::network;

/// One of many networks of an attacker.
fn attacker(number: u8) -> ClientNetwork {
    ClientNetwork::of([203, 0, 113, number].into())
}

async fn guess(fixture: &AccountsFixture, from: ClientNetwork) -> Result<(), Failure> {
    fixture.try_log_in_from(from, "bob", "guess").await
}

async fn log_in(fixture: &AccountsFixture, from: ClientNetwork) -> Result<(), Failure> {
    fixture.try_log_in_from(from, "bob", "bob's secret").await
}

#[tokio::test]
async fn guesses_from_many_networks_are_counted_together() {
    let fixture = AccountsFixture::with_login_limits(10, 5);
    for number in 0..5 {
        assert_eq!(guess(&fixture, attacker(number)).await, NO_ACCOUNT);
        fixture.wait(TimeDelta::minutes(10));
    }
    assert_eq!(guess(&fixture, attacker(5)).await, throttled(600));
    assert_eq!(log_in(&fixture, attacker(6)).await, throttled(600));
    assert_eq!(fixture.state().compared.len(), 5);
    let other_account = fixture.try_log_in_from(attacker(5), "eve", "guess").await;
    assert_eq!(other_account, NO_ACCOUNT);
    fixture.wait(TimeDelta::minutes(10));
    assert_eq!(guess(&fixture, attacker(7)).await, NO_ACCOUNT);
    assert_eq!(guess(&fixture, attacker(8)).await, throttled(600));
}

#[tokio::test]
async fn owner_logs_in_from_a_familiar_network_while_others_guess() {
    let fixture = AccountsFixture::with_login_limits(10, 5);
    assert_eq!(log_in(&fixture, network()).await, Ok(()));
    fixture.wait(TimeDelta::days(29));
    for number in 0..5 {
        assert_eq!(guess(&fixture, attacker(number)).await, NO_ACCOUNT);
    }
    assert_eq!(guess(&fixture, attacker(5)).await, throttled(3_600));
    assert_eq!(log_in(&fixture, network()).await, Ok(()));
    // The familiar network has the same limit for itself.
    for _ in 0..4 {
        assert_eq!(guess(&fixture, network()).await, NO_ACCOUNT);
    }
    assert_eq!(guess(&fixture, network()).await, throttled(3_600));
}

#[tokio::test]
async fn network_is_familiar_for_thirty_days() {
    let fixture = AccountsFixture::with_login_limits(10, 2);
    assert_eq!(log_in(&fixture, network()).await, Ok(()));
    fixture.wait(TimeDelta::days(30));
    for number in 0..2 {
        assert_eq!(guess(&fixture, attacker(number)).await, NO_ACCOUNT);
    }
    assert_eq!(log_in(&fixture, network()).await, throttled(3_600));
}

#[tokio::test]
async fn successful_log_ins_are_counted_over_all_networks() {
    let fixture = AccountsFixture::with_login_limits(10, 3);
    // The first makes each network familiar.
    for number in [0, 1, 0] {
        assert_eq!(log_in(&fixture, attacker(number)).await, Ok(()));
    }
    for number in 0..3 {
        assert_eq!(log_in(&fixture, attacker(number)).await, throttled(3_600));
    }
    assert_eq!(fixture.state().sessions.len(), 3);
}

#[tokio::test]
async fn limits_of_zero_allow_any_number() {
    let fixture = AccountsFixture::with_login_limits(0, 0);
    for number in 0..250 {
        assert_eq!(guess(&fixture, attacker(number)).await, NO_ACCOUNT);
        assert_eq!(guess(&fixture, network()).await, NO_ACCOUNT);
    }
    assert_eq!(log_in(&fixture, network()).await, Ok(()));
}

#[tokio::test]
async fn one_network_cannot_use_up_the_attempts_of_others() {
    let fixture = AccountsFixture::with_login_limits(0, 100);
    for _ in 0..20 {
        assert_eq!(guess(&fixture, attacker(1)).await, NO_ACCOUNT);
    }
    assert_eq!(log_in(&fixture, attacker(1)).await, throttled(3_600));
    assert_eq!(log_in(&fixture, attacker(2)).await, Ok(()));
}
