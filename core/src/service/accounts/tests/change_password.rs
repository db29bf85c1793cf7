use super::fixture::{AccountsFixture, hash_of, password, start};
use crate::Failure;
use crate::domain::change::{PasswordSetter, UserChange};
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::id::SessionId;
use crate::service::accounts::Caller;
use crate::tests::fixtures::{BOB, login, network, user};

/// Bob changes his password.
async fn change(fixture: &AccountsFixture, old: &str, new: &str) -> Result<(), Failure> {
    let bob = Caller {
        user: user(BOB).into(),
        login: login(BOB, Some("phone")),
        token_expires_at: start(),
        login_expires_at: None,
        scopes: None,
    };
    fixture.accounts.change_password(&bob, password(old), password(new), network()).await
}

fn wrong_password() -> Result<(), Failure> {
    Err(Failure::field("old_password", FieldError::WrongPassword))
}

#[tokio::test]
async fn new_password_keeps_the_session_of_the_caller() {
    let fixture = AccountsFixture::new();
    assert_eq!(change(&fixture, "bob's secret", "sherwood forest").await, Ok(()));
    let expected = UserChange::SetPassword {
        user: BOB,
        password: hash_of("sherwood forest"),
        at: start(),
        by: PasswordSetter::Owner {
            session: Some(SessionId("phone".to_owned())),
            tokens_valid_from: user(BOB).tokens_valid_from,
        },
    };
    assert_eq!(fixture.state().user_changes, [expected]);
}

#[tokio::test]
async fn errors_of_old_and_new_password_are_returned_together() {
    let fixture = AccountsFixture::new();
    let mut errors = FieldErrors::of("old_password", FieldError::WrongPassword);
    errors.add("new_password", FieldError::TooShort(8));
    let refused = change(&fixture, "a guess", "short").await;
    assert_eq!(refused, Err(Failure::Invalid(errors)));
    assert_eq!(change(&fixture, "a guess", "sherwood forest").await, wrong_password());
    let common = change(&fixture, "bob's secret", "password1").await;
    let error = FieldError::PasswordTooCommon;
    assert_eq!(common, Err(Failure::field("new_password", error)));
    assert_eq!(fixture.state().user_changes, []);
}

#[tokio::test]
async fn concurrent_password_change_makes_the_old_password_wrong() {
    let fixture = AccountsFixture::with_user_change_result(Err(Failure::Conflict));
    assert_eq!(change(&fixture, "bob's secret", "sherwood forest").await, wrong_password());
}

#[tokio::test]
async fn wrong_old_passwords_count_as_failed_log_ins() {
    let fixture = AccountsFixture::with_login_limits(3, 0);
    for _ in 0..3 {
        assert_eq!(change(&fixture, "a guess", "sherwood forest").await, wrong_password());
    }
    let throttled = Failure::Throttled { retry_after: 60 };
    let right = change(&fixture, "bob's secret", "sherwood forest").await;
    assert_eq!(right, Err(throttled.clone()));
    assert_eq!(fixture.log_in("bob", "bob's secret").await, Err(throttled));
    assert_eq!(fixture.state().user_changes, []);
}
