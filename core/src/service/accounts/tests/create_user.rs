use super::fixture::{AccountsFixture, hash_of, password, start};
use crate::Failure;
use crate::domain::account::UserKind;
use crate::domain::change::{Administrator, UserChange};
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::idempotency::Outcome;
use crate::service::accounts::{NewUserRequest, NewUserTexts};
use crate::tests::fixtures::{ANN, ZOE, network, user};

fn texts(username: &str, text: &str) -> NewUserTexts {
    NewUserTexts {
        kind: UserKind::Person,
        username: username.to_owned(),
        password: Some(password(text)),
        email: "zoe@example.org".to_owned(),
        first_name: "Zoe".to_owned(),
        last_name: String::new(),
        is_staff: true,
    }
}

pub(super) fn request(username: &str) -> NewUserRequest {
    texts(username, "sherwood forest").read().unwrap()
}

#[tokio::test]
async fn new_user_is_stored_with_the_hash_of_the_password() {
    let fixture = AccountsFixture::new();
    let created = fixture.accounts.create_user(&user(ANN), request("zoe"), None, network()).await;
    assert_eq!(created, Ok(Outcome::Created(user(ZOE))));
    let changes = &fixture.state().user_changes;
    let [UserChange::Create { user: new, by }] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!(new.username.as_str(), "zoe");
    assert_eq!(new.password, Some(hash_of("sherwood forest")));
    assert_eq!(new.profile.email.as_str(), "zoe@example.org");
    assert!(new.is_staff);
    assert_eq!(new.created_at, start());
    assert_eq!(*by, Administrator::Staff(ANN));
}

#[tokio::test]
async fn only_staff_and_the_operator_create_users() {
    let fixture = AccountsFixture::new();
    let refused = fixture.accounts.create_user(&user(ZOE), request("zoe"), None, network()).await;
    assert_eq!(refused, Err(Failure::PermissionDenied));
    assert_eq!(fixture.state().user_changes, []);

    let created = fixture.accounts.create_user_as_operator(request("zoe")).await;
    assert_eq!(created, Ok(user(ZOE)));
    let changes = &fixture.state().user_changes;
    let operator = Administrator::Operator;
    assert!(matches!(changes[..], [UserChange::Create { by, .. }] if by == operator));
}

#[tokio::test]
async fn taken_username_is_an_error_of_its_field() {
    let fixture = AccountsFixture::with_user_change_result(Err(Failure::Conflict));
    let taken = fixture.accounts.create_user(&user(ANN), request("bob"), None, network()).await;
    assert_eq!(taken, Err(Failure::field("username", FieldError::UsernameTaken)));
}

#[test]
fn invalid_text_is_an_error_of_its_field() {
    for (username, text, field, error) in [
        ("a b", "sherwood forest", "username", FieldError::UsernameCharacters),
        ("", "sherwood forest", "username", FieldError::Blank),
        ("ann", "short", "password", FieldError::TooShort(8)),
        ("ann.ann.", "Ann.Ann.", "password", FieldError::PasswordIsUsername),
        ("ann", "password", "password", FieldError::PasswordTooCommon),
    ] {
        assert_eq!(texts(username, text).read(), Err(Failure::field(field, error)));
    }
}

#[test]
fn errors_of_all_fields_are_returned_together() {
    let mut texts = texts("a b", "short");
    texts.email = "nowhere".to_owned();
    texts.last_name = "x".repeat(151);
    let mut errors = FieldErrors::of("username", FieldError::UsernameCharacters);
    errors.add("password", FieldError::TooShort(8));
    errors.add("email", FieldError::NotAnEmail);
    errors.add("last_name", FieldError::TooLong(150));
    assert_eq!(texts.read(), Err(Failure::Invalid(errors)));
}

#[tokio::test]
async fn first_user_is_created_only_without_other_users() {
    let create = async |count, result| {
        let fixture = AccountsFixture::with_user_change_result(result);
        fixture.state().user_count = count;
        let created = fixture.accounts.create_first_user(request("admin")).await;
        let changes = fixture.state().user_changes.clone();
        (created, changes)
    };
    assert_eq!(create(0, Ok(user(ZOE))).await.0, Ok(Some(user(ZOE))));
    assert_eq!(create(1, Ok(user(ZOE))).await, (Ok(None), vec![]));
    let (created, changes) = create(0, Err(Failure::Conflict)).await;
    assert_eq!(created, Ok(None));
    assert!(matches!(changes[..], [UserChange::CreateFirst(_)]));
}
