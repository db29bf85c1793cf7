use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::house::{House, hash_of, here, password};
use crate::Failure;
use crate::domain::account::{ClientNetwork, Password, PasswordHash};
use crate::port::{MockPasswordHasher, PasswordHasher};
use crate::service::accounts::{Accounts, LoginLimits, LoginThrottle};

const WRONG: Result<(), Failure> = Err(Failure::NoActiveAccount);

fn elsewhere() -> ClientNetwork {
    ClientNetwork::of([192, 0, 2, 2].into())
}

fn throttled(retry_after: u32) -> Result<(), Failure> {
    Err(Failure::Throttled { retry_after })
}

/// The service of this house, with so many failures a minute.
fn guarded(house: &House, per_minute: u32) -> Accounts {
    limited(house, per_minute, 0)
}

/// The same, with so many attempts an hour too.
pub(super) fn limited(house: &House, per_minute: u32, per_hour: u32) -> Accounts {
    let limits = LoginLimits { per_minute, per_hour };
    Accounts { throttle: Arc::new(LoginThrottle::new(limits)), ..house.accounts() }
}

async fn try_from(
    accounts: &Accounts,
    network: ClientNetwork,
    name: &str,
    offered: &str,
) -> Result<(), Failure> {
    let outcome = accounts.log_in(name.to_owned(), password(offered), network);
    outcome.await.map(|_| ())
}

async fn try_here(accounts: &Accounts, name: &str, offered: &str) -> Result<(), Failure> {
    try_from(accounts, here(), name, offered).await
}

#[tokio::test]
async fn after_too_many_failures_not_even_the_right_password_is_compared() {
    let house = House::new();
    let accounts = guarded(&house, 3);
    for _ in 0..3 {
        assert_eq!(try_here(&accounts, "bob", "guess").await, WRONG);
    }
    let compared = house.compared().len();
    assert_eq!(try_here(&accounts, "bob", "guess").await, throttled(60));
    let right = try_here(&accounts, "bob", "bob's secret").await;
    assert_eq!(right, throttled(60));
    assert_eq!(house.compared().len(), compared);
}

#[tokio::test]
async fn one_more_is_let_in_after_the_time_that_was_told_and_not_before() {
    let house = House::new();
    let accounts = guarded(&house, 2);
    assert_eq!(try_here(&accounts, "bob", "guess").await, WRONG);
    house.wait(TimeDelta::seconds(20));
    assert_eq!(try_here(&accounts, "bob", "guess").await, WRONG);
    assert_eq!(try_here(&accounts, "bob", "guess").await, throttled(40));
    house.wait(TimeDelta::milliseconds(39_999));
    assert_eq!(try_here(&accounts, "bob", "guess").await, throttled(1));
    house.wait(TimeDelta::milliseconds(1));
    assert_eq!(try_here(&accounts, "bob", "guess").await, WRONG);
    assert_eq!(try_here(&accounts, "bob", "guess").await, throttled(20));
}

#[tokio::test]
async fn failures_count_for_the_name_as_the_store_knows_it_and_for_the_network() {
    let house = House::new();
    let accounts = guarded(&house, 1);
    assert_eq!(try_here(&accounts, "bob", "guess").await, WRONG);
    assert_eq!(try_here(&accounts, "bob", "guess").await, throttled(60));
    for other in ["Bob", "nobody", "eve"] {
        assert_eq!(try_here(&accounts, other, "guess").await, WRONG, "{other}");
    }
    assert_eq!(try_here(&accounts, "nobody", "guess").await, throttled(60));
    let right = try_from(&accounts, elsewhere(), "bob", "bob's secret").await;
    assert_eq!(right, Ok(()));
}

#[tokio::test]
async fn a_network_has_ten_times_as_many_whatever_the_names() {
    let house = House::new();
    let accounts = guarded(&house, 2);
    for number in 0..20 {
        let name = format!("name {number}");
        assert_eq!(try_here(&accounts, &name, "guess").await, WRONG, "{name}");
    }
    let right = try_here(&accounts, "bob", "bob's secret").await;
    assert_eq!(right, throttled(60));
    let right = try_from(&accounts, elsewhere(), "bob", "bob's secret").await;
    assert_eq!(right, Ok(()));
}

#[tokio::test]
async fn who_logs_in_is_forgiven_and_uses_nothing_up() {
    let house = House::new();
    let accounts = guarded(&house, 2);
    for _ in 0..30 {
        let right = try_here(&accounts, "bob", "bob's secret").await;
        assert_eq!(right, Ok(()));
    }
    for _ in 0..3 {
        assert_eq!(try_here(&accounts, "bob", "guess").await, WRONG);
        let right = try_here(&accounts, "bob", "bob's secret").await;
        assert_eq!(right, Ok(()));
    }
}

#[tokio::test]
async fn whoever_has_one_password_cannot_guess_all_others() {
    let house = House::new();
    let accounts = guarded(&house, 1);
    for number in 0..10 {
        let name = format!("name {number}");
        assert_eq!(try_here(&accounts, &name, "guess").await, WRONG);
        let own = try_here(&accounts, "bob", "bob's secret").await;
        assert_eq!(own.is_ok(), number < 9);
    }
    assert_eq!(try_here(&accounts, "more", "guess").await, throttled(60));
}

#[tokio::test]
async fn the_right_password_of_an_inactive_user_is_a_failure() {
    let house = House::new();
    let accounts = guarded(&house, 1);
    assert_eq!(try_here(&accounts, "eve", "eve's secret").await, WRONG);
    let again = try_here(&accounts, "eve", "eve's secret").await;
    assert_eq!(again, throttled(60));
}

#[tokio::test]
async fn what_nobody_could_decide_is_no_failure() {
    let house = House::new();
    let mut away = guarded(&house, 1);
    let mut passwords = MockPasswordHasher::new();
    let full = Failure::Throttled { retry_after: 1 };
    let answer = full.clone();
    passwords.expect_verify().returning(move |_, _, _| Err(answer.clone()));
    away.passwords = Arc::new(passwords);
    for _ in 0..3 {
        let refused = try_here(&away, "bob", "bob's secret").await;
        assert_eq!(refused, Err(full.clone()));
    }
    let accounts = Accounts { throttle: away.throttle, ..house.accounts() };
    assert_eq!(try_here(&accounts, "bob", "bob's secret").await, Ok(()));
}

#[tokio::test]
async fn nothing_is_counted_where_it_is_switched_off() {
    let house = House::new();
    let accounts = guarded(&house, 0);
    for _ in 0..200 {
        assert_eq!(try_here(&accounts, "bob", "guess").await, WRONG);
    }
    assert_eq!(try_here(&accounts, "bob", "bob's secret").await, Ok(()));
}

/// Compares nothing before it is let go.
struct Slow(Semaphore);

#[async_trait]
impl PasswordHasher for Slow {
    async fn hash(&self, _: Password, _: Option<ClientNetwork>) -> Result<PasswordHash, Failure> {
        unreachable!("nobody is made here")
    }

    async fn verify(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
        _: ClientNetwork,
    ) -> Result<bool, Failure> {
        let _let_go = self.0.acquire().await.unwrap();
        Ok(hash == Some(hash_of(password.reveal())))
    }
}

#[tokio::test]
async fn many_at_once_find_no_more_room_than_one_after_the_other() {
    let house = House::new();
    let slow = Arc::new(Slow(Semaphore::new(0)));
    let accounts = Accounts { passwords: slow.clone(), ..guarded(&house, 3) };
    let mut guesses = JoinSet::new();
    for _ in 0..50 {
        let accounts = accounts.clone();
        guesses.spawn(async move { try_here(&accounts, "bob", "guess").await });
    }
    // Those who found no room are told to come back when the others have been compared.
    for _ in 0..47 {
        let refused = guesses.join_next().await.unwrap().unwrap();
        assert_eq!(refused, throttled(1));
    }
    slow.0.add_permits(Semaphore::MAX_PERMITS);
    while let Some(guess) = guesses.join_next().await {
        assert_eq!(guess.unwrap(), WRONG);
    }
    let right = try_here(&accounts, "bob", "bob's secret").await;
    assert_eq!(right, throttled(60));
}

#[tokio::test]
async fn an_attempt_that_is_abandoned_is_a_failure() {
    let house = House::new();
    let slow = Arc::new(Slow(Semaphore::new(0)));
    let accounts = Accounts { passwords: slow.clone(), ..guarded(&house, 1) };
    tokio::select! {
        biased;
        _ = try_here(&accounts, "bob", "guess") => unreachable!("nobody compares"),
        () = tokio::task::yield_now() => {}
    }
    let right = try_here(&accounts, "bob", "bob's secret").await;
    assert_eq!(right, throttled(60));
}
