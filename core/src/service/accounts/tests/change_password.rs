use super::house::{House, credentials, hash_of, here, password, start};
use super::ledger::{Ledger, ann};
use super::login_throttle::limited;
use crate::Failure;
use crate::domain::account::Login;
use crate::domain::change::{PasswordSetter, UserChange};
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::id::{SessionId, UserId};
use crate::service::accounts::{Accounts, Caller};

/// Bob, by a login of ours.
fn bob() -> Caller {
    let user = credentials(7, "bob", true).user;
    Caller {
        login: Login {
            user: user.id,
            session: Some(SessionId("phone".to_owned())),
            issued_at: Some(start()),
        },
        user,
        token_expires_at: start(),
        login_expires_at: None,
    }
}

async fn change(accounts: &Accounts, old: &str, new: &str) -> Result<(), Failure> {
    let bob = bob();
    let changed = accounts.change_password(&bob, password(old), password(new), here());
    changed.await
}

fn wrong() -> Result<(), Failure> {
    Err(Failure::field("old_password", FieldError::WrongPassword))
}

#[tokio::test]
async fn the_login_that_it_comes_from_goes_on() {
    let (house, ledger) = (House::new(), Ledger::default());
    let accounts = ledger.accounts(&house, Ok(ann()), 2);
    let changed = change(&accounts, "bob's secret", "sherwood forest").await;
    assert_eq!(changed, Ok(()));
    let expected = UserChange::SetPassword {
        user: UserId(7),
        password: hash_of("sherwood forest"),
        at: start(),
        by: PasswordSetter::Owner {
            session: Some(SessionId("phone".to_owned())),
            tokens_valid_from: bob().user.tokens_valid_from,
        },
    };
    assert_eq!(ledger.changes(), [expected]);
}

#[tokio::test]
async fn what_is_wrong_with_both_passwords_is_said_at_once() {
    let (house, ledger) = (House::new(), Ledger::default());
    let accounts = ledger.accounts(&house, Ok(ann()), 2);
    let refused = change(&accounts, "a guess", "short").await;
    let mut faults = FieldErrors::of("old_password", FieldError::WrongPassword);
    faults.add("new_password", FieldError::TooShort(8));
    assert_eq!(refused, Err(Failure::Invalid(faults)));
    assert_eq!(change(&accounts, "a guess", "sherwood forest").await, wrong());
    let common = change(&accounts, "bob's secret", "password1").await;
    let fault = FieldError::PasswordTooCommon;
    assert_eq!(common, Err(Failure::field("new_password", fault)));
    assert_eq!(ledger.changes(), []);
}

#[tokio::test]
async fn who_has_got_another_password_meanwhile_keeps_that() {
    let (house, ledger) = (House::new(), Ledger::default());
    let accounts = ledger.accounts(&house, Err(Failure::Conflict), 2);
    let late = change(&accounts, "bob's secret", "sherwood forest").await;
    assert_eq!(late, wrong());
}

#[tokio::test]
async fn whoever_has_a_token_cannot_guess_the_password_for_long() {
    let (house, ledger) = (House::new(), Ledger::default());
    let accounts = Accounts {
        throttle: limited(&house, 3, 0).throttle,
        ..ledger.accounts(&house, Ok(ann()), 2)
    };
    for _ in 0..3 {
        assert_eq!(change(&accounts, "a guess", "sherwood forest").await, wrong());
    }
    let throttled = Failure::Throttled { retry_after: 60 };
    let right = change(&accounts, "bob's secret", "sherwood forest").await;
    assert_eq!(right, Err(throttled.clone()));
    // Log ins are counted together with it.
    let log_in = accounts.log_in("bob".to_owned(), password("bob's secret"), here());
    assert_eq!(log_in.await.err(), Some(throttled));
    assert_eq!(ledger.changes(), []);
}
