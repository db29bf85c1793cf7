use super::fixture::AccountsFixture;
use crate::Failure;
use crate::domain::account::{User, UserEdit};
use crate::domain::change::{Administrator, UserChange};
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::id::UserId;
use crate::tests::fixtures::{ANN, BOB, EVE, UNKNOWN, ZOE, network, user};

pub(super) fn rights(is_active: Option<bool>, is_staff: Option<bool>) -> UserEdit {
    UserEdit { is_active, is_staff, ..UserEdit::default() }
}

/// Ann edits a user.
async fn edit(fixture: &AccountsFixture, id: UserId, edit: UserEdit) -> Result<User, Failure> {
    fixture.accounts.edit_user(&user(ANN), None, id, edit, network()).await
}

#[tokio::test]
async fn only_staff_edit_users() {
    let fixture = AccountsFixture::new();
    let deactivation = rights(Some(false), None);
    for id in [BOB, EVE, UNKNOWN] {
        let edit = deactivation.clone();
        let refused = fixture.accounts.edit_user(&user(BOB), None, id, edit, network()).await;
        assert_eq!(refused, Err(Failure::PermissionDenied), "{id}");
    }
    assert_eq!(fixture.state().user_changes, []);

    assert_eq!(edit(&fixture, BOB, deactivation.clone()).await, Ok(user(ZOE)));
    let expected =
        UserChange::Edit { user: BOB, edit: deactivation, by: Administrator::Staff(ANN) };
    assert_eq!(fixture.state().user_changes, [expected]);
}

#[tokio::test]
async fn staff_read_all_users_and_others_only_themselves() {
    let accounts = AccountsFixture::new().accounts;
    let bob = user(BOB);
    assert_eq!(accounts.read_user(&bob, BOB).await, Ok(bob.clone()));
    assert_eq!(accounts.read_user(&user(ANN), BOB).await, Ok(bob.clone()));
    for other in [ANN, UNKNOWN] {
        let refused = accounts.read_user(&bob, other).await;
        assert_eq!(refused, Err(Failure::PermissionDenied));
    }
}

#[tokio::test]
async fn staff_cannot_take_rights_from_themselves() {
    let fixture = AccountsFixture::new();
    let mut errors = FieldErrors::of("is_active", FieldError::OwnRight);
    errors.add("is_staff", FieldError::OwnRight);
    let refused = edit(&fixture, ANN, rights(Some(false), Some(false))).await;
    assert_eq!(refused, Err(Failure::Invalid(errors)));
    let refused = edit(&fixture, ANN, rights(Some(true), Some(false))).await;
    assert_eq!(refused, Err(Failure::field("is_staff", FieldError::OwnRight)));
    assert_eq!(fixture.state().user_changes, []);

    assert!(edit(&fixture, ANN, rights(Some(true), Some(true))).await.is_ok());
}

#[tokio::test]
async fn last_administrator_keeps_the_staff_right() {
    let fixture = AccountsFixture::with_user_change_result(Err(Failure::Conflict));
    let refused = edit(&fixture, BOB, rights(None, Some(false))).await;
    assert_eq!(refused, Err(Failure::field("is_staff", FieldError::LastStaff)));
}

#[tokio::test]
async fn empty_edit_returns_the_user_without_a_commit() {
    let fixture = AccountsFixture::new();
    assert_eq!(edit(&fixture, BOB, UserEdit::default()).await, Ok(user(BOB)));
    let unknown = edit(&fixture, UNKNOWN, UserEdit::default()).await;
    assert_eq!(unknown, Err(Failure::NotFound));
    assert_eq!(fixture.state().user_changes, []);
}

#[tokio::test]
async fn edit_clears_the_cache_of_authenticated_users() {
    let fixture = AccountsFixture::new();
    let access = fixture.log_in_bob().await.access;
    assert!(fixture.authenticate(&access).await.is_ok());
    fixture.set_active(false);
    assert!(fixture.authenticate(&access).await.is_ok(), "from the cache");

    assert!(edit(&fixture, BOB, rights(Some(false), None)).await.is_ok());
    assert_eq!(fixture.authenticate(&access).await, Err(Failure::UserInactive));
}

#[tokio::test]
async fn operator_deactivates_a_user_by_name() {
    let fixture = AccountsFixture::new();
    assert!(fixture.accounts.deactivate("bob".to_owned()).await.is_ok());
    assert_eq!(fixture.state().user_changes, [UserChange::Deactivate(BOB)]);
    assert!(fixture.accounts.deactivate("zoe".to_owned()).await.is_err());
}
