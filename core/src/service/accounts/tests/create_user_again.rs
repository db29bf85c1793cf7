//! Users who are asked for again although they were made.

use mockall::predicate::eq;

use super::create_user::request;
use super::house::{House, here, start};
use super::ledger::{ann, staff};
use crate::Failure;
use crate::domain::account::User;
use crate::domain::change::UserChange;
use crate::domain::field::FieldError;
use crate::domain::idempotency::{Committed, CreatedIds, Fingerprint, Outcome, StoredResult};
use crate::port::MockUserRepository;
use crate::service::accounts::Accounts;
use crate::service::idempotency::tests::{knowing, request as key};

async fn create(accounts: &Accounts, body: &str) -> Result<Outcome<User>, Failure> {
    let key = Some(key("k", body));
    accounts.create_user(&staff(), request("ann"), key, here()).await
}

/// The service over a store that answers a keyed change with this, and knows Ann.
fn accounts(answer: Result<Committed<User>, Failure>) -> Accounts {
    let mut users = MockUserRepository::new();
    users.expect_commit().returning(move |change, key| {
        assert!(matches!(change, UserChange::Create { .. }));
        assert_eq!(key.unwrap().scope.user, staff().id);
        answer.clone()
    });
    users.expect_find_many().with(eq(vec![ann().id])).returning(|_| Ok(vec![ann()]));
    House::new().accounts_with(users)
}

#[tokio::test]
async fn a_user_is_made_once() {
    let first = accounts(Ok(Outcome::Created(ann())));
    assert_eq!(create(&first, "one").await, Ok(Outcome::Created(ann())));
    let at_the_same_time = accounts(Ok(Outcome::Replayed(CreatedIds(vec![ann().id.0]))));
    let again = create(&at_the_same_time, "one").await;
    assert_eq!(again, Ok(Outcome::Replayed(ann())));
}

#[tokio::test]
async fn who_is_made_already_is_answered_without_a_look_at_the_name_or_the_password() {
    let known = StoredResult {
        fingerprint: Fingerprint("one".to_owned()),
        created_ids: CreatedIds::from(&ann()),
        at: start(),
    };
    let mut users = MockUserRepository::new();
    users.expect_find_many().returning(|_| Ok(vec![ann()]));
    let accounts =
        Accounts { idempotency: knowing(Some(known)), ..House::new().accounts_with(users) };
    assert_eq!(create(&accounts, "one").await, Ok(Outcome::Replayed(ann())));
    let other = create(&accounts, "other").await;
    assert_eq!(other, Err(Failure::IdempotencyKeyReused));
}

#[tokio::test]
async fn a_name_that_is_taken_is_a_fault_of_its_field_with_a_key_too() {
    let taken = create(&accounts(Err(Failure::Conflict)), "one").await;
    let error = FieldError::UsernameTaken;
    assert_eq!(taken, Err(Failure::field("username", error)));
}
