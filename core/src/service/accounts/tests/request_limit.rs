use std::sync::Arc;

use chrono::TimeDelta;

use super::fixture::{AccountsFixture, claims};
use crate::Failure;
use crate::domain::account::TokenKind;
use crate::domain::id::UserId;
use crate::service::rate_limiter::{Quota, RateLimiter};
use crate::tests::fixtures::{BOB, ZOE, user, users};

fn limited(per_minute: u32) -> AccountsFixture {
    let mut fixture = AccountsFixture::new();
    fixture.accounts.requests = Arc::new(RateLimiter::per_minute(per_minute));
    fixture
}

/// A request with a new token of this user.
async fn request(fixture: &AccountsFixture, user: UserId) -> Result<(), Failure> {
    let token = fixture.sign(claims(TokenKind::Access, user));
    fixture.authenticate(&token).await.map(drop)
}

#[tokio::test]
async fn requests_of_a_user_are_limited_per_minute_over_all_tokens() {
    let mut fixture = limited(3);
    fixture.accounts.uncached_users = Arc::new(users(user));
    for _ in 0..3 {
        assert_eq!(request(&fixture, BOB).await, Ok(()));
        fixture.wait(TimeDelta::seconds(10));
    }
    let quota = fixture.accounts.requests.quota(BOB, fixture.accounts.clock.now());
    assert_eq!(quota, Some(Quota { limit: 3, remaining: 0, reset_seconds: 30 }));
    assert_eq!(fixture.accounts.requests.exhausted(30), quota);
    let throttled = |retry_after| Err(Failure::Throttled { retry_after });
    assert_eq!(request(&fixture, BOB).await, throttled(30));
    assert_eq!(request(&fixture, ZOE).await, Ok(()));

    // Refused requests do not count.
    fixture.wait(TimeDelta::seconds(30));
    assert_eq!(request(&fixture, BOB).await, Ok(()));
    assert_eq!(request(&fixture, BOB).await, throttled(10));
}

#[tokio::test]
async fn requests_with_an_invalid_token_do_not_count() {
    let fixture = limited(1);
    let refresh = fixture.sign(claims(TokenKind::Refresh, BOB));
    for bad in [refresh.as_str(), "garbage"] {
        assert_eq!(fixture.authenticate(bad).await, Err(Failure::TokenNotValid));
    }
    assert_eq!(request(&fixture, BOB).await, Ok(()));
}

#[tokio::test]
async fn request_limit_of_zero_allows_any_number() {
    let fixture = limited(0);
    for _ in 0..1_000 {
        assert_eq!(request(&fixture, BOB).await, Ok(()));
    }
}
