use std::sync::Arc;

use chrono::TimeDelta;

use super::house::{House, credentials, start};
use crate::Failure;
use crate::domain::account::{Claims, TokenKind};
use crate::domain::id::UserId;
use crate::port::MockUserRepository;
use crate::service::accounts::Accounts;
use crate::service::rate_limiter::RateLimiter;

/// A token of this user, of no login of ours.
fn token(house: &House, user: i64) -> String {
    house.sign(Claims {
        kind: TokenKind::Access,
        user: UserId(user),
        session: None,
        id: None,
        issued_at: Some(start()),
        not_before: None,
        expires_at: start() + TimeDelta::hours(1),
    })
}

async fn call(accounts: &Accounts, token: &str) -> Result<(), Failure> {
    let caller = accounts.authenticate(Some(token.to_owned()), &[TokenKind::Access]);
    caller.await.map(|_| ())
}

#[tokio::test]
async fn a_user_has_so_many_requests_a_minute_whatever_the_token() {
    let house = House::new();
    let mut users = MockUserRepository::new();
    users.expect_find_many().returning(|ids| {
        let users = ids.iter().map(|id| credentials(id.0, "ann", true).user);
        Ok(users.collect())
    });
    let accounts =
        Accounts { requests: Arc::new(RateLimiter::per_minute(3)), ..house.accounts_with(users) };
    for _ in 0..3 {
        assert_eq!(call(&accounts, &token(&house, 7)).await, Ok(()));
        house.wait(TimeDelta::seconds(10));
    }
    let throttled = |retry_after| Err(Failure::Throttled { retry_after });
    assert_eq!(call(&accounts, &token(&house, 7)).await, throttled(30));
    assert_eq!(call(&accounts, &token(&house, 8)).await, Ok(()));

    // What was refused counts for nothing.
    house.wait(TimeDelta::seconds(30));
    assert_eq!(call(&accounts, &token(&house, 7)).await, Ok(()));
    assert_eq!(call(&accounts, &token(&house, 7)).await, throttled(10));
}

#[tokio::test]
async fn a_token_that_does_not_count_uses_nothing_up() {
    let house = House::new();
    let accounts = Accounts { requests: Arc::new(RateLimiter::per_minute(1)), ..house.accounts() };
    let refresh =
        house.sign(Claims { kind: TokenKind::Refresh, ..house.claims(&token(&house, 7)) });
    for bad in [refresh.as_str(), "garbage"] {
        let refused = call(&accounts, bad).await;
        assert_eq!(refused, Err(Failure::TokenNotValid));
    }
    assert_eq!(call(&accounts, &token(&house, 7)).await, Ok(()));
}

#[tokio::test]
async fn nothing_is_counted_by_default() {
    let house = House::new();
    let accounts = house.accounts();
    let token = token(&house, 7);
    for _ in 0..1_000 {
        assert_eq!(call(&accounts, &token).await, Ok(()));
    }
}
