use std::sync::Arc;

use mockall::predicate::eq;

use super::create_user::request;
use super::fixture::AccountsFixture;
use crate::Failure;
use crate::domain::account::User;
use crate::domain::change::UserChange;
use crate::domain::field::FieldError;
use crate::domain::idempotency::{Committed, CreatedIds, Outcome};
use crate::port::MockUserRepository;
use crate::service::accounts::Accounts;
use crate::tests::fixtures::{ANN, ZOE, idempotency, network, request_key, stored_result, user};

async fn create(accounts: &Accounts, body: &str) -> Result<Outcome<User>, Failure> {
    let key = Some(request_key("k", body));
    accounts.create_user(&user(ANN), request("zoe"), key, network()).await
}

/// The service over a store that has Zoe and answers a keyed change with this.
fn accounts(answer: Result<Committed<User>, Failure>) -> Accounts {
    let mut users = MockUserRepository::new();
    users.expect_commit().returning(move |change, key| {
        assert!(matches!(change, UserChange::Create { .. }));
        assert_eq!(key.unwrap().scope.user, ANN);
        answer.clone()
    });
    users.expect_find_many().with(eq(vec![ZOE])).returning(|_| Ok(vec![user(ZOE)]));
    let users = Arc::new(users);
    Accounts { uncached_users: users.clone(), users, ..AccountsFixture::new().accounts }
}

#[tokio::test]
async fn concurrent_duplicate_returns_the_user_of_the_first_request() {
    let first = accounts(Ok(Outcome::Created(user(ZOE))));
    assert_eq!(create(&first, "one").await, Ok(Outcome::Created(user(ZOE))));
    let second = accounts(Ok(Outcome::Replayed(CreatedIds(vec![ZOE.0]))));
    assert_eq!(create(&second, "one").await, Ok(Outcome::Replayed(user(ZOE))));
}

#[tokio::test]
async fn retry_returns_the_user_without_a_commit() {
    let mut users = MockUserRepository::new();
    users.expect_find_many().returning(|_| Ok(vec![user(ZOE)]));
    let accounts = Accounts {
        uncached_users: Arc::new(users),
        idempotency: idempotency(Some(stored_result("one", &[ZOE.0]))),
        ..AccountsFixture::new().accounts
    };
    assert_eq!(create(&accounts, "one").await, Ok(Outcome::Replayed(user(ZOE))));
    assert_eq!(create(&accounts, "other").await, Err(Failure::IdempotencyKeyReused));
}

#[tokio::test]
async fn taken_username_is_an_error_of_its_field_with_a_key_too() {
    let taken = create(&accounts(Err(Failure::Conflict)), "one").await;
    assert_eq!(taken, Err(Failure::field("username", FieldError::UsernameTaken)));
}
