use super::house::{House, credentials, here, password};
use super::ledger::{Ledger, ann, staff};
use crate::Failure;
use crate::domain::account::{TokenKind, User, UserEdit};
use crate::domain::change::{Administrator, UserChange};
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::id::UserId;
use crate::service::accounts::Accounts;

fn rights(is_active: Option<bool>, is_staff: Option<bool>) -> UserEdit {
    UserEdit { is_active, is_staff, ..UserEdit::default() }
}

/// What staff gets who changes this user.
async fn edit(accounts: &Accounts, whom: i64, edit: UserEdit) -> Result<User, Failure> {
    accounts.edit_user(&staff(), UserId(whom), edit, here()).await
}

#[tokio::test]
async fn staff_alone_changes_users() {
    let (house, ledger) = (House::new(), Ledger::default());
    let accounts = ledger.accounts(&house, Ok(ann()), 2);
    let shut_out = rights(Some(false), None);
    let bob = credentials(7, "bob", true).user;
    for whom in [7, 8, 404] {
        let refused = accounts.edit_user(&bob, UserId(whom), shut_out.clone(), here()).await;
        assert_eq!(refused, Err(Failure::PermissionDenied), "{whom}");
    }
    assert_eq!(ledger.changes(), []);

    assert_eq!(edit(&accounts, 7, shut_out.clone()).await, Ok(ann()));
    let expected =
        UserChange::Edit { user: UserId(7), edit: shut_out, by: Administrator::Staff(staff().id) };
    assert_eq!(ledger.changes(), [expected]);
}

#[tokio::test]
async fn staff_sees_everybody_whole_and_others_themselves_alone() {
    let (house, ledger) = (House::new(), Ledger::default());
    let accounts = ledger.accounts(&house, Ok(ann()), 2);
    let bob = credentials(7, "bob", true).user;
    assert_eq!(accounts.read_user(&bob, bob.id).await, Ok(bob.clone()));
    assert_eq!(accounts.read_user(&staff(), bob.id).await, Ok(bob.clone()));
    for whom in [UserId(1), UserId(404)] {
        let refused = accounts.read_user(&bob, whom).await;
        assert_eq!(refused, Err(Failure::PermissionDenied));
    }
}

#[tokio::test]
async fn nobody_takes_rights_from_themselves() {
    let (house, ledger) = (House::new(), Ledger::default());
    let accounts = ledger.accounts(&house, Ok(ann()), 2);
    let refused = edit(&accounts, 1, rights(Some(false), Some(false))).await;
    let mut faults = FieldErrors::of("is_active", FieldError::OwnRight);
    faults.add("is_staff", FieldError::OwnRight);
    assert_eq!(refused, Err(Failure::Invalid(faults)));
    let refused = edit(&accounts, 1, rights(Some(true), Some(false))).await;
    let fault = Failure::field("is_staff", FieldError::OwnRight);
    assert_eq!(refused, Err(fault));
    assert_eq!(ledger.changes(), []);

    let kept = edit(&accounts, 1, rights(Some(true), Some(true))).await;
    assert!(kept.is_ok());
}

#[tokio::test]
async fn the_last_who_may_administer_keeps_that() {
    let (house, ledger) = (House::new(), Ledger::default());
    let accounts = ledger.accounts(&house, Err(Failure::Conflict), 2);
    let refused = edit(&accounts, 7, rights(None, Some(false))).await;
    let fault = Failure::field("is_staff", FieldError::LastStaff);
    assert_eq!(refused, Err(fault));
}

#[tokio::test]
async fn nothing_to_change_changes_nothing() {
    let (house, ledger) = (House::new(), Ledger::default());
    let accounts = ledger.accounts(&house, Ok(ann()), 2);
    let same = edit(&accounts, 7, UserEdit::default()).await;
    assert_eq!(same.unwrap().username, "bob");
    let nobody = edit(&accounts, 404, UserEdit::default()).await;
    assert_eq!(nobody, Err(Failure::NotFound));
    assert_eq!(ledger.changes(), []);
}

#[tokio::test]
async fn who_is_changed_here_is_another_here_at_once() {
    let (house, ledger) = (House::new(), Ledger::default());
    let accounts = ledger.accounts(&house, Ok(ann()), 2);
    let pair = accounts.log_in("bob".to_owned(), password("bob's secret"), here());
    let access = pair.await.unwrap().access;
    let call = || accounts.authenticate(Some(access.clone()), &[TokenKind::Access]);
    assert!(call().await.is_ok());
    house.set_active(false);
    assert!(call().await.is_ok(), "it was found a moment ago");

    let shut_out = edit(&accounts, 7, rights(Some(false), None)).await;
    assert!(shut_out.is_ok());
    assert_eq!(call().await.err(), Some(Failure::UserInactive));
}

#[tokio::test]
async fn deactivation_by_the_operator_is_of_the_user_who_was_named() {
    let (house, ledger) = (House::new(), Ledger::default());
    let accounts = ledger.accounts(&house, Ok(ann()), 2);
    assert!(accounts.deactivate("bob".to_owned()).await.is_ok());
    assert_eq!(ledger.changes(), [UserChange::Deactivate(UserId(7))]);
    assert!(accounts.deactivate("zoe".to_owned()).await.is_err());
}
