//! The limit of attempts on one account, whatever the networks.

use chrono::TimeDelta;

use super::house::{House, here, password};
use super::login_throttle::limited;
use crate::Failure;
use crate::domain::account::ClientNetwork;
use crate::service::accounts::Accounts;

const WRONG: Result<(), Failure> = Err(Failure::NoActiveAccount);

fn throttled(retry_after: u32) -> Result<(), Failure> {
    Err(Failure::Throttled { retry_after })
}

/// A network of an attacker who has many.
fn network(number: u8) -> ClientNetwork {
    ClientNetwork::of([203, 0, 113, number].into())
}

async fn try_from(
    accounts: &Accounts,
    from: ClientNetwork,
    name: &str,
    offered: &str,
) -> Result<(), Failure> {
    let outcome = accounts.log_in(name.to_owned(), password(offered), from);
    outcome.await.map(|_| ())
}

async fn guess(accounts: &Accounts, from: ClientNetwork) -> Result<(), Failure> {
    try_from(accounts, from, "bob", "guess").await
}

async fn log_in(accounts: &Accounts, from: ClientNetwork) -> Result<(), Failure> {
    try_from(accounts, from, "bob", "bob's secret").await
}

#[tokio::test]
async fn guesses_from_many_networks_are_counted_together() {
    let house = House::new();
    let accounts = limited(&house, 10, 5);
    for number in 0..5 {
        assert_eq!(guess(&accounts, network(number)).await, WRONG);
        house.wait(TimeDelta::minutes(10));
    }
    assert_eq!(guess(&accounts, network(5)).await, throttled(600));
    assert_eq!(log_in(&accounts, network(6)).await, throttled(600));
    let compared = house.compared().len();
    assert_eq!(compared, 5);
    // Another account is another one.
    let other = try_from(&accounts, network(5), "eve", "guess").await;
    assert_eq!(other, WRONG);
    house.wait(TimeDelta::minutes(10));
    assert_eq!(guess(&accounts, network(7)).await, WRONG);
    assert_eq!(guess(&accounts, network(8)).await, throttled(600));
}

#[tokio::test]
async fn owner_logs_in_from_a_familiar_network_while_strangers_guess() {
    let house = House::new();
    let accounts = limited(&house, 10, 5);
    assert_eq!(log_in(&accounts, here()).await, Ok(()));
    house.wait(TimeDelta::days(29));
    for number in 0..5 {
        assert_eq!(guess(&accounts, network(number)).await, WRONG);
    }
    assert_eq!(guess(&accounts, network(5)).await, throttled(3_600));
    assert_eq!(log_in(&accounts, here()).await, Ok(()));
    // A familiar network has so many for itself, and no more.
    for _ in 0..4 {
        assert_eq!(guess(&accounts, here()).await, WRONG);
    }
    assert_eq!(guess(&accounts, here()).await, throttled(3_600));
}

#[tokio::test]
async fn network_is_familiar_for_thirty_days() {
    let house = House::new();
    let accounts = limited(&house, 10, 2);
    assert_eq!(log_in(&accounts, here()).await, Ok(()));
    house.wait(TimeDelta::days(30));
    for number in 0..2 {
        assert_eq!(guess(&accounts, network(number)).await, WRONG);
    }
    assert_eq!(log_in(&accounts, here()).await, throttled(3_600));
}

#[tokio::test]
async fn log_ins_that_succeed_are_counted_over_all_networks() {
    let house = House::new();
    let accounts = limited(&house, 10, 3);
    // The first makes each network familiar.
    for number in [0, 1, 0] {
        assert_eq!(log_in(&accounts, network(number)).await, Ok(()));
    }
    for number in 0..3 {
        assert_eq!(log_in(&accounts, network(number)).await, throttled(3_600));
    }
    assert_eq!(house.sessions().len(), 3);
}

#[tokio::test]
async fn nothing_is_counted_by_the_hour_where_that_is_switched_off() {
    let house = House::new();
    let accounts = limited(&house, 0, 0);
    for number in 0..250 {
        assert_eq!(guess(&accounts, network(number)).await, WRONG);
    }
    assert_eq!(log_in(&accounts, network(0)).await, Ok(()));
}

#[tokio::test]
async fn one_network_cannot_use_up_the_attempts_of_others() {
    let house = House::new();
    let accounts = limited(&house, 0, 100);
    for _ in 0..20 {
        assert_eq!(guess(&accounts, network(1)).await, WRONG);
    }
    assert_eq!(log_in(&accounts, network(1)).await, throttled(3_600));
    assert_eq!(log_in(&accounts, network(2)).await, Ok(()));
}
