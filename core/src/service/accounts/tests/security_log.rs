//! What the security log hears of accounts.

use std::sync::Arc;

use chrono::TimeDelta;

use super::house::{House, credentials, here, password};
use super::ledger::{Ledger, staff};
use super::login_throttle::limited;
use crate::Failure;
use crate::domain::account::{Actor, SecurityEventKind as Kind, TokenKind, User, UserEdit};
use crate::domain::id::UserId;
use crate::port::MockPasswordHasher;

const BOB: Option<UserId> = Some(UserId(7));

/// Somebody here who has not said who they are.
fn anonymous() -> Actor {
    Actor::anonymous(here())
}

fn bob_with(is_active: bool, is_staff: bool) -> User {
    User { is_staff, ..credentials(7, "bob", is_active).user }
}

#[tokio::test]
async fn failed_log_in_names_the_account_only_if_it_exists() {
    let house = House::new();
    let accounts = house.accounts();
    for (name, offered) in [("bob", "guess"), ("eve", "eve's secret"), ("my password", "x")] {
        let refused = accounts.log_in(name.to_owned(), password(offered), here());
        assert!(refused.await.is_err());
    }
    let failed = |target| anonymous().event(Kind::LoginFailed, target);
    let expected = [failed(BOB), failed(Some(UserId(8))), failed(None)];
    assert_eq!(house.events(), expected);

    let right = accounts.log_in("bob".to_owned(), password("bob's secret"), here());
    assert!(right.await.is_ok());
    assert_eq!(house.events().len(), 3);
}

#[tokio::test]
async fn throttled_log_in_names_the_account_that_was_tried() {
    let house = House::new();
    let accounts = limited(&house, 1, 0);
    for name in ["bob", "bob", "nobody", "nobody"] {
        let refused = accounts.log_in(name.to_owned(), password("guess"), here());
        assert!(refused.await.is_err());
    }
    let [failed, throttled] = [Kind::LoginFailed, Kind::LoginThrottled];
    let expected = [(failed, BOB), (throttled, BOB), (failed, None), (throttled, None)];
    let expected = expected.map(|(kind, target)| anonymous().event(kind, target));
    assert_eq!(house.events(), expected);
}

#[tokio::test]
async fn log_in_that_finds_the_queue_full_is_throttled_and_one_without_a_store_is_nothing() {
    for (failure, heard) in [
        (Failure::Throttled { retry_after: 1 }, vec![anonymous().event(Kind::LoginThrottled, BOB)]),
        (Failure::Unavailable("away".to_owned()), vec![]),
    ] {
        let house = House::new();
        let mut passwords = MockPasswordHasher::new();
        passwords.expect_verify().returning(move |_, _, _| Err(failure.clone()));
        let mut accounts = house.accounts();
        accounts.passwords = Arc::new(passwords);
        let refused = accounts.log_in("bob".to_owned(), password("x"), here());
        assert!(refused.await.is_err());
        assert_eq!(house.events(), heard);
    }
}

#[tokio::test]
async fn reused_refresh_token_is_heard_of_once_and_a_retried_one_is_not() {
    let house = House::new();
    let accounts = house.accounts();
    let pair = accounts.log_in("bob".to_owned(), password("bob's secret"), here());
    let first = pair.await.unwrap().refresh;
    for _ in 0..2 {
        assert!(accounts.refresh(first.clone(), here()).await.is_ok());
    }
    assert_eq!(house.events(), []);
    house.wait(TimeDelta::minutes(1));
    for _ in 0..2 {
        // The second time the login has ended.
        assert!(accounts.refresh(first.clone(), here()).await.is_err());
    }
    let reused = anonymous().event(Kind::RefreshTokenReused, BOB);
    assert_eq!(house.events(), [reused]);
}

#[tokio::test]
async fn only_rights_that_change_are_heard_of() {
    let rights = |is_active, is_staff| UserEdit { is_active, is_staff, ..UserEdit::default() };
    let heard = async |edit: UserEdit, after: User| {
        let house = House::new();
        let ledger = Ledger::default();
        let accounts = ledger.accounts(&house, Ok(after), 2);
        let admin = staff();
        let edited = accounts.edit_user(&admin, UserId(7), edit, here());
        assert!(edited.await.is_ok());
        house.events()
    };
    let event = |kind| Actor::user(staff().id, here()).event(kind, BOB);
    let same = heard(rights(Some(true), Some(false)), bob_with(true, false));
    assert_eq!(same.await, []);
    let granted = heard(rights(None, Some(true)), bob_with(true, true));
    assert_eq!(granted.await, [event(Kind::RightsChanged { is_staff: true })]);
    let ended = heard(rights(Some(false), None), bob_with(false, false));
    assert_eq!(ended.await, [event(Kind::UserDeactivated)]);
}

#[tokio::test]
async fn what_is_refused_by_the_store_is_not_heard_of() {
    let house = House::new();
    let ledger = Ledger::default();
    let accounts = ledger.accounts(&house, Err(Failure::Conflict), 2);
    let edit = UserEdit { is_staff: Some(true), ..UserEdit::default() };
    let admin = staff();
    let refused = accounts.edit_user(&admin, UserId(7), edit, here());
    assert!(refused.await.is_err());
    let refused = accounts.deactivate("bob".to_owned());
    assert!(refused.await.is_err());
    assert_eq!(house.events(), []);
}

#[tokio::test]
async fn operator_is_heard_of_without_a_client() {
    let house = House::new();
    let ledger = Ledger::default();
    let accounts = ledger.accounts(&house, Ok(bob_with(false, false)), 2);
    accounts.deactivate("bob".to_owned()).await.unwrap();
    let given = accounts.set_password("bob".to_owned(), password("sherwood forest"));
    given.await.unwrap();
    let event = |kind| Actor::OPERATOR.event(kind, BOB);
    let expected = [event(Kind::UserDeactivated), event(Kind::PasswordChanged)];
    assert_eq!(house.events(), expected);
}

#[tokio::test]
async fn own_password_names_the_user_twice_and_a_wrong_old_one_is_a_failed_log_in() {
    let house = House::new();
    let ledger = Ledger::default();
    let accounts = ledger.accounts(&house, Ok(bob_with(true, false)), 2);
    let pair = accounts.log_in("bob".to_owned(), password("bob's secret"), here());
    let access = Some(pair.await.unwrap().access);
    let bob = accounts.authenticate(access, &[TokenKind::Access]).await.unwrap();
    for old in ["guess", "bob's secret"] {
        let new = password("sherwood forest");
        let changed = accounts.change_password(&bob, password(old), new, here());
        assert_eq!(changed.await.is_ok(), old != "guess");
    }
    let event = |kind| Actor::user(UserId(7), here()).event(kind, BOB);
    let expected = [event(Kind::LoginFailed), event(Kind::PasswordChanged)];
    assert_eq!(house.events(), expected);
}
