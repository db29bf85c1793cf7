use super::house::{House, hash_of, password, start};
use super::ledger::{Ledger, ann};
use crate::Failure;
use crate::domain::change::{PasswordSetter, UserChange};
use crate::domain::field::FieldError;
use crate::domain::id::UserId;

#[tokio::test]
async fn a_new_password_counts_from_now_on() {
    let (house, ledger) = (House::new(), Ledger::default());
    let accounts = ledger.accounts(&house, Ok(ann()), 2);
    let set = |name: &str, offered: &str| accounts.set_password(name.to_owned(), password(offered));
    assert!(set("bob", "sherwood forest").await.is_ok());
    let expected = UserChange::SetPassword {
        user: UserId(7),
        password: hash_of("sherwood forest"),
        at: start(),
        by: PasswordSetter::Operator,
    };
    assert_eq!(ledger.changes(), [expected]);

    let short = Failure::field("password", FieldError::TooShort(8));
    assert_eq!(set("bob", "short").await, Err(short));
    assert!(set("eve", "sherwood forest").await.is_ok(), "an inactive user");
    let unknown = FieldError::UnknownUsername("zoe".to_owned());
    assert_eq!(unknown.to_string(), "There is no user \"zoe\".");
    let unknown = Failure::field("username", unknown);
    assert_eq!(set("zoe", "sherwood forest").await, Err(unknown));
    assert_eq!(ledger.changes().len(), 2);
}
