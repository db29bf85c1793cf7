use super::house::{House, hash_of, here, password, start};
use super::ledger::{Ledger, ann, staff};
use crate::Failure;
use crate::domain::change::{Administrator, UserChange};
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::idempotency::Outcome;
use crate::service::accounts::{NewUserRequest, NewUserTexts};

fn texts(username: &str, offered: &str) -> NewUserTexts {
    NewUserTexts {
        username: username.to_owned(),
        password: password(offered),
        email: "ann@example.org".to_owned(),
        first_name: "Ann".to_owned(),
        last_name: String::new(),
        is_staff: true,
    }
}

pub(super) fn request(username: &str) -> NewUserRequest {
    texts(username, "sherwood forest").read().unwrap()
}

#[tokio::test]
async fn a_new_user_is_kept_with_the_hash_of_the_password() {
    let (house, ledger) = (House::new(), Ledger::default());
    let accounts = ledger.accounts(&house, Ok(ann()), 2);
    let made = accounts.create_user(&staff(), request("ann"), None, here()).await;
    assert_eq!(made, Ok(Outcome::Created(ann())));
    let committed = ledger.changes();
    let [UserChange::Create { user: new, by }] = &committed[..] else { panic!("{committed:?}") };
    assert_eq!(new.username.as_str(), "ann");
    assert_eq!(new.password, hash_of("sherwood forest"));
    assert_eq!(new.profile.email.as_str(), "ann@example.org");
    assert!(new.is_staff);
    assert_eq!(new.created_at, start());
    assert_eq!(*by, Administrator::Staff(staff().id));
}

#[tokio::test]
async fn only_staff_makes_users_and_the_operator() {
    let (house, ledger) = (House::new(), Ledger::default());
    let accounts = ledger.accounts(&house, Ok(ann()), 2);
    let refused = accounts.create_user(&ann(), request("zoe"), None, here()).await;
    assert_eq!(refused, Err(Failure::PermissionDenied));
    assert_eq!(ledger.changes(), []);

    let made = accounts.create_user_as_operator(request("zoe")).await;
    assert_eq!(made, Ok(ann()));
    let committed = ledger.changes();
    let operator = Administrator::Operator;
    assert!(matches!(committed[..], [UserChange::Create { by, .. }] if by == operator));
}

#[tokio::test]
async fn a_name_that_is_taken_is_a_fault_of_its_field() {
    let (house, ledger) = (House::new(), Ledger::default());
    let accounts = ledger.accounts(&house, Err(Failure::Conflict), 2);
    let taken = accounts.create_user(&staff(), request("bob"), None, here()).await;
    let error = FieldError::UsernameTaken;
    assert_eq!(taken, Err(Failure::field("username", error)));
}

#[test]
fn what_is_wrong_with_a_new_user_is_said_of_its_field() {
    let name = FieldError::UsernameCharacters;
    let cases = [
        ("a b", "sherwood forest", "username", name),
        ("", "sherwood forest", "username", FieldError::Blank),
        ("ann", "short", "password", FieldError::TooShort(8)),
        ("ann.ann.", "Ann.Ann.", "password", FieldError::PasswordIsUsername),
        ("ann", "password", "password", FieldError::PasswordTooCommon),
    ];
    for (username, offered, field, error) in cases {
        let refused = texts(username, offered).read();
        assert_eq!(refused, Err(Failure::field(field, error)));
    }
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let mut texts = texts("a b", "short");
    texts.email = "nowhere".to_owned();
    texts.last_name = "x".repeat(151);
    let mut faults = FieldErrors::of("username", FieldError::UsernameCharacters);
    faults.add("password", FieldError::TooShort(8));
    faults.add("email", FieldError::NotAnEmail);
    faults.add("last_name", FieldError::TooLong(150));
    assert_eq!(texts.read(), Err(Failure::Invalid(faults)));
}

#[tokio::test]
async fn the_first_user_is_made_only_where_there_is_none() {
    let house = House::new();
    let first = || request("admin");

    let empty = Ledger::default().accounts(&house, Ok(ann()), 0);
    assert_eq!(empty.create_first_user(first()).await, Ok(Some(ann())));

    let ledger = Ledger::default();
    let inhabited = ledger.accounts(&house, Ok(ann()), 1);
    assert_eq!(inhabited.create_first_user(first()).await, Ok(None));
    assert_eq!(ledger.changes(), []);

    let ledger = Ledger::default();
    let raced = ledger.accounts(&house, Err(Failure::Conflict), 0);
    assert_eq!(raced.create_first_user(first()).await, Ok(None));
    assert!(matches!(ledger.changes()[..], [UserChange::CreateFirst(_)]));
}
