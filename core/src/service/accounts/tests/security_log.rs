//! The security events of accounts.

use chrono::TimeDelta;

use super::edit_user::rights;
use super::fixture::{AccountsFixture, failing_hasher, password};
use crate::Failure;
use crate::domain::account::{Actor, SecurityEvent, SecurityEventKind as Kind, User, UserEdit};
use crate::domain::id::UserId;
use crate::tests::fixtures::{ANN, BOB, EVE, network, unavailable, user};

/// The event of a client without authentication.
fn anonymous(kind: Kind, target: Option<UserId>) -> SecurityEvent {
    Actor::anonymous(network()).event(kind, target)
}

fn bob_with(is_active: bool, is_staff: bool) -> User {
    User { is_staff, is_active, ..user(BOB) }
}

#[tokio::test]
async fn failed_log_in_names_the_account_only_if_it_exists() {
    let fixture = AccountsFixture::new();
    for (name, text) in [("bob", "guess"), ("eve", "eve's secret"), ("my password", "x")] {
        assert!(fixture.log_in(name, text).await.is_err());
    }
    let expected = [Some(BOB), Some(EVE), None].map(|target| anonymous(Kind::LoginFailed, target));
    assert_eq!(fixture.state().events, expected);

    fixture.log_in_bob().await;
    assert_eq!(fixture.state().events.len(), 3);
}

#[tokio::test]
async fn throttled_log_in_names_the_account_that_was_tried() {
    let fixture = AccountsFixture::with_login_limits(1, 0);
    for name in ["bob", "bob", "nobody", "nobody"] {
        assert!(fixture.log_in(name, "guess").await.is_err());
    }
    let expected = [
        (Kind::LoginFailed, Some(BOB)),
        (Kind::LoginThrottled, Some(BOB)),
        (Kind::LoginFailed, None),
        (Kind::LoginThrottled, None),
    ]
    .map(|(kind, target)| anonymous(kind, target));
    assert_eq!(fixture.state().events, expected);
}

#[tokio::test]
async fn full_queue_is_a_throttled_log_in_and_an_unavailable_store_is_no_event() {
    for (failure, expected) in [
        (Failure::Throttled { retry_after: 1 }, vec![anonymous(Kind::LoginThrottled, Some(BOB))]),
        (unavailable(), vec![]),
    ] {
        let mut fixture = AccountsFixture::new();
        fixture.accounts.passwords = failing_hasher(failure);
        assert!(fixture.log_in("bob", "x").await.is_err());
        assert_eq!(fixture.state().events, expected);
    }
}

#[tokio::test]
async fn reused_refresh_token_is_recorded_once_and_a_retried_one_is_not() {
    let fixture = AccountsFixture::new();
    let first = fixture.log_in_bob().await.refresh;
    for _ in 0..2 {
        assert!(fixture.refresh(&first).await.is_ok());
    }
    assert_eq!(fixture.state().events, []);
    fixture.wait(TimeDelta::minutes(1));
    // At the second reuse the session is revoked already.
    for _ in 0..2 {
        assert!(fixture.refresh(&first).await.is_err());
    }
    assert_eq!(fixture.state().events, [anonymous(Kind::RefreshTokenReused, Some(BOB))]);
}

#[tokio::test]
async fn edit_records_only_rights_that_change() {
    let recorded = async |edit: UserEdit, after: User| {
        let fixture = AccountsFixture::with_user_change_result(Ok(after));
        let edited = fixture.accounts.edit_user(&user(ANN), None, BOB, edit, network()).await;
        assert!(edited.is_ok());
        fixture.state().events.clone()
    };
    let event = |kind| Actor::user(ANN, network()).event(kind, Some(BOB));
    let unchanged = recorded(rights(Some(true), Some(false)), bob_with(true, false)).await;
    assert_eq!(unchanged, []);
    let granted = recorded(rights(None, Some(true)), bob_with(true, true)).await;
    assert_eq!(granted, [event(Kind::RightsChanged { is_staff: true })]);
    let deactivated = recorded(rights(Some(false), None), bob_with(false, false)).await;
    assert_eq!(deactivated, [event(Kind::UserDeactivated)]);
}

#[tokio::test]
async fn change_that_the_store_refuses_is_not_recorded() {
    let fixture = AccountsFixture::with_user_change_result(Err(Failure::Conflict));
    let edit = rights(None, Some(true));
    assert!(fixture.accounts.edit_user(&user(ANN), None, BOB, edit, network()).await.is_err());
    assert!(fixture.accounts.deactivate("bob".to_owned()).await.is_err());
    assert_eq!(fixture.state().events, []);
}

#[tokio::test]
async fn event_of_the_operator_has_no_client() {
    let fixture = AccountsFixture::with_user_change_result(Ok(bob_with(false, false)));
    fixture.accounts.deactivate("bob".to_owned()).await.unwrap();
    let new = password("sherwood forest");
    fixture.accounts.set_password("bob".to_owned(), new).await.unwrap();
    let expected = [Kind::UserDeactivated, Kind::PasswordChanged]
        .map(|kind| Actor::OPERATOR.event(kind, Some(BOB)));
    assert_eq!(fixture.state().events, expected);
}

#[tokio::test]
async fn own_password_change_names_the_user_as_actor_and_target() {
    let fixture = AccountsFixture::with_user_change_result(Ok(bob_with(true, false)));
    let access = fixture.log_in_bob().await.access;
    let bob = fixture.authenticate(&access).await.unwrap();
    for old in ["guess", "bob's secret"] {
        let new = password("sherwood forest");
        let changed = fixture.accounts.change_password(&bob, password(old), new, network()).await;
        assert_eq!(changed.is_ok(), old != "guess");
    }
    let expected = [Kind::LoginFailed, Kind::PasswordChanged]
        .map(|kind| Actor::user(BOB, network()).event(kind, Some(BOB)));
    assert_eq!(fixture.state().events, expected);
}
