use super::fixture::{AccountsFixture, hash_of, password, start};
use crate::Failure;
use crate::domain::change::{PasswordSetter, UserChange};
use crate::domain::field::FieldError;
use crate::tests::fixtures::BOB;

#[tokio::test]
async fn operator_sets_the_password_of_a_user_by_name() {
    let fixture = AccountsFixture::new();
    let set =
        |name: &str, text: &str| fixture.accounts.set_password(name.to_owned(), password(text));
    assert!(set("bob", "sherwood forest").await.is_ok());
    let expected = UserChange::SetPassword {
        user: BOB,
        password: hash_of("sherwood forest"),
        at: start(),
        by: PasswordSetter::Operator,
    };
    assert_eq!(fixture.state().user_changes, [expected]);

    let short = Failure::field("password", FieldError::TooShort(8));
    assert_eq!(set("bob", "short").await, Err(short));
    assert!(set("eve", "sherwood forest").await.is_ok(), "an inactive user");
    let unknown = FieldError::UnknownUsername("zoe".to_owned());
    assert_eq!(unknown.to_string(), "There is no user \"zoe\".");
    assert_eq!(set("zoe", "sherwood forest").await, Err(Failure::field("username", unknown)));
    assert_eq!(fixture.state().user_changes.len(), 2);
}
