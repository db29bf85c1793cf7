use chrono::TimeDelta;

use super::fixture::{AccountsFixture, start};
use crate::Failure;
use crate::domain::change::SessionChange;
use crate::domain::id::TokenId;
use crate::service::accounts::TokenPair;

async fn logged_in() -> (AccountsFixture, TokenPair) {
    let fixture = AccountsFixture::new();
    let pair = fixture.log_in_bob().await;
    (fixture, pair)
}

/// The tokens of a log-in and those of its first refresh.
async fn refreshed() -> (AccountsFixture, TokenPair, TokenPair) {
    let (fixture, first) = logged_in().await;
    let second = fixture.refresh(&first.refresh).await.unwrap();
    (fixture, first, second)
}

async fn is_authenticated(fixture: &AccountsFixture, access: &str) -> bool {
    match fixture.authenticate(access).await {
        Err(failure) => {
            assert_eq!(failure, Failure::TokenNotValid);
            false
        }
        Ok(_) => true,
    }
}

#[tokio::test]
async fn refresh_returns_the_next_pair_of_the_same_session() {
    let (fixture, first) = logged_in().await;
    fixture.wait(TimeDelta::hours(20));
    let second = fixture.refresh(&first.refresh).await.unwrap();

    let (before, after) = (fixture.claims(&first.refresh), fixture.claims(&second.refresh));
    assert_eq!(before.session, after.session);
    assert_ne!(before.id, after.id);
    assert_eq!(after.expires_at, before.expires_at + TimeDelta::hours(20));
    assert_eq!(fixture.state().sessions.len(), 1);
    assert_eq!(fixture.session().expires_at, after.expires_at);

    assert!(is_authenticated(&fixture, &second.access).await);
    assert!(fixture.refresh(&second.refresh).await.is_ok());
}

#[tokio::test]
async fn reused_token_revokes_the_session() {
    let (fixture, first, second) = refreshed().await;
    fixture.wait(TimeDelta::seconds(21));

    assert_eq!(fixture.refresh(&first.refresh).await, Err(Failure::TokenNotValid));

    for access in [first.access, second.access] {
        assert!(!is_authenticated(&fixture, &access).await);
    }
    assert_eq!(fixture.refresh(&second.refresh).await, Err(Failure::TokenNotValid));
    assert!(fixture.session().revoked_at.is_some());
}

#[tokio::test]
async fn reused_token_keeps_other_sessions_of_the_user() {
    let (fixture, phone) = logged_in().await;
    let desk = fixture.log_in_bob().await;
    fixture.refresh(&phone.refresh).await.unwrap();
    fixture.wait(TimeDelta::minutes(1));
    assert!(fixture.refresh(&phone.refresh).await.is_err());
    assert!(fixture.refresh(&desk.refresh).await.is_ok());
}

#[tokio::test]
async fn retry_within_the_grace_period_gets_the_same_successor() {
    let (fixture, first, second) = refreshed().await;
    fixture.wait(TimeDelta::seconds(20));
    let retried = fixture.refresh(&first.refresh).await.unwrap();

    let (original, again) = (fixture.claims(&second.refresh), fixture.claims(&retried.refresh));
    assert_eq!(original.id, again.id);
    assert_eq!(original.expires_at, again.expires_at);
    assert_eq!(fixture.session().revoked_at, None);
    for access in [second.access, retried.access] {
        assert!(is_authenticated(&fixture, &access).await);
    }
    assert!(fixture.refresh(&retried.refresh).await.is_ok());
}

#[tokio::test]
async fn retry_after_the_successor_was_used_revokes_the_session() {
    let (fixture, first, second) = refreshed().await;
    let third = fixture.refresh(&second.refresh).await.unwrap();

    assert_eq!(fixture.refresh(&first.refresh).await, Err(Failure::TokenNotValid));
    assert_eq!(fixture.refresh(&third.refresh).await, Err(Failure::TokenNotValid));
    assert!(fixture.session().revoked_at.is_some());
}

#[tokio::test]
async fn retry_without_a_grace_period_revokes_the_session() {
    let (mut fixture, first, _) = refreshed().await;
    fixture.accounts.lifetimes.refresh_grace = TimeDelta::zero();
    assert_eq!(fixture.refresh(&first.refresh).await, Err(Failure::TokenNotValid));
    assert!(fixture.session().revoked_at.is_some());
}

#[tokio::test]
async fn concurrent_refreshes_get_the_same_successor() {
    let (fixture, pair) = logged_in().await;
    let session = fixture.session();
    let next = TokenId("next".to_owned());
    fixture.state().concurrent_change = Some(SessionChange::Rotate {
        session: session.id,
        spent: session.refresh,
        next: next.clone(),
        expires_at: session.expires_at,
        at: start(),
    });

    let slower = fixture.refresh(&pair.refresh).await.unwrap();
    assert_eq!(fixture.claims(&slower.refresh).id, Some(next));
    assert_eq!(fixture.session().revoked_at, None);
}

#[tokio::test]
async fn no_token_outlives_the_longest_session() {
    let (fixture, mut pair) = logged_in().await;
    let end = fixture.claims(&pair.refresh).issued_at.unwrap() + TimeDelta::days(90);
    for round in 1..90 * 24 / 20 {
        fixture.wait(TimeDelta::hours(20));
        pair = fixture.refresh(&pair.refresh).await.unwrap();
        let expiries = [&pair.access, &pair.refresh].map(|token| fixture.claims(token).expires_at);
        assert!(expiries.iter().all(|expiry| *expiry <= end), "{round}");
    }
    assert_eq!(fixture.claims(&pair.refresh).expires_at, end);
    fixture.wait(TimeDelta::hours(20));
    assert_eq!(fixture.refresh(&pair.refresh).await, Err(Failure::TokenNotValid));
    assert!(!is_authenticated(&fixture, &pair.access).await);
}

#[tokio::test]
async fn shorter_session_limit_holds_for_existing_sessions() {
    let (mut fixture, pair) = logged_in().await;
    fixture.accounts.lifetimes.session = Some(TimeDelta::hours(2));
    fixture.wait(TimeDelta::hours(2));
    assert!(!is_authenticated(&fixture, &pair.access).await);
    assert_eq!(fixture.refresh(&pair.refresh).await, Err(Failure::TokenNotValid));
}

#[tokio::test]
async fn session_revoked_during_a_refresh_stays_revoked() {
    let (fixture, pair) = logged_in().await;
    let session = fixture.session();
    fixture.state().concurrent_change =
        Some(SessionChange::Revoke { session: session.id, at: session.created_at });

    assert_eq!(fixture.refresh(&pair.refresh).await, Err(Failure::TokenNotValid));
    assert_eq!(fixture.session().revoked_at, Some(session.created_at));
}

#[tokio::test]
async fn refresh_needs_a_valid_refresh_token_of_an_active_user() {
    let (fixture, pair) = logged_in().await;
    for token in [&pair.access, "garbage"] {
        assert_eq!(fixture.refresh(token).await, Err(Failure::TokenNotValid));
    }
    fixture.set_active(false);
    assert_eq!(fixture.refresh(&pair.refresh).await, Err(Failure::UserInactive));
    fixture.set_active(true);
    fixture.wait(TimeDelta::days(1));
    assert_eq!(fixture.refresh(&pair.refresh).await, Err(Failure::TokenNotValid));
    assert_eq!(fixture.session().revoked_at, None);
}
