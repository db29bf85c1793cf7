use std::sync::{Arc, Mutex};

use super::fixture::AccountsFixture;
use crate::Failure;
use crate::domain::account::{
    ExternalId, PersonName, Scope, Scopes, User, UserEdit, UserKind, Username,
};
use crate::domain::change::{Administrator, UserChange};
use crate::domain::field::FieldError;
use crate::domain::id::UserId;
use crate::domain::idempotency::Outcome;
use crate::port::MockUserRepository;
use crate::service::accounts::{Accounts, Provisioned};
use crate::tests::fixtures::{ANN, BOB, ZOE, network, user};

fn external_id(text: &str) -> ExternalId {
    ExternalId::new(text.to_owned()).unwrap()
}

fn named(name: &str) -> UserEdit {
    let username = Some(Username::new(name.to_owned()).unwrap());
    UserEdit { username, ..UserEdit::default() }
}

fn bob() -> User {
    User { external_id: Some("7".to_owned()), ..user(BOB) }
}

/// A store that finds these users by external id, one result for each call, and its changes.
struct Store {
    accounts: Accounts,
    changes: Arc<Mutex<Vec<UserChange>>>,
}

impl Store {
    fn new(mut found: Vec<Option<User>>, answer: Result<User, Failure>) -> Self {
        let mut users = MockUserRepository::new();
        users
            .expect_find_external()
            .returning(move |_| Ok(found.drain(..1).flatten().collect::<Vec<_>>()));
        users.expect_find_many().returning(|ids: Vec<UserId>| {
            Ok(ids.into_iter().map(|id| if id == BOB { bob() } else { user(id) }).collect())
        });
        users.expect_find_named().returning(|_| Ok(vec![user(ANN)]));
        let changes = Arc::new(Mutex::new(vec![]));
        let log = changes.clone();
        users.expect_commit().returning(move |change, _| {
            log.lock().unwrap().push(change);
            answer.clone().map(Outcome::Created)
        });
        let users = Arc::new(users);
        let accounts =
            Accounts { uncached_users: users.clone(), users, ..AccountsFixture::new().accounts };
        Self { accounts, changes }
    }

    /// Zoe's program makes the request.
    async fn provision(&self, id: &str, edit: UserEdit) -> Result<Provisioned, Failure> {
        let scopes: Scopes = [Scope::UsersWrite].into_iter().collect();
        let (zoe, id) = (user(ZOE), external_id(id));
        self.accounts.provision(&zoe, Some(&scopes), id, edit, network()).await
    }

    fn changes(&self) -> Vec<UserChange> {
        self.changes.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn new_person_has_no_password_and_the_external_id_as_username() {
    let store = Store::new(vec![None], Ok(bob()));
    let provisioned = store.provision("crm-7", UserEdit::default()).await.unwrap();
    assert_eq!(provisioned, Provisioned { user: bob(), is_new: true });
    let changes = store.changes();
    let [UserChange::Create { user: new, by }] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!(*by, Administrator::Program(ZOE));
    assert_eq!(new.username.as_str(), "crm-7");
    assert_eq!(new.external_id, Some(external_id("crm-7")));
    assert_eq!((new.kind, new.password.clone()), (UserKind::Person, None));
    assert_eq!((new.is_staff, new.is_active), (false, true));
}

#[tokio::test]
async fn username_is_required_if_the_external_id_has_not_its_form() {
    let store = Store::new(vec![None, None], Ok(bob()));
    let refused = store.provision("crm/7", UserEdit::default()).await;
    assert_eq!(refused, Err(Failure::field("username", FieldError::Required)));
    assert!(store.provision("crm/7", named("robin")).await.is_ok());
    assert!(matches!(&store.changes()[..], [UserChange::Create { user, .. }]
        if user.username.as_str() == "robin"));
}

#[tokio::test]
async fn existing_account_is_not_taken_over_by_its_username() {
    let store = Store::new(vec![None, None], Err(Failure::Conflict));
    let refused = store.provision("7", named("ann")).await;
    assert_eq!(refused, Err(Failure::field("username", FieldError::UsernameTaken)));
    let store = Store::new(vec![Some(bob())], Err(Failure::Conflict));
    let refused = store.provision("7", named("ann")).await;
    assert_eq!(refused, Err(Failure::field("username", FieldError::UsernameTaken)));
}

#[tokio::test]
async fn known_person_is_edited_and_unchanged_values_are_not_committed() {
    let first_name = |name: &str| UserEdit {
        first_name: Some(PersonName::new(name.to_owned()).unwrap()),
        ..UserEdit::default()
    };
    let store = Store::new(vec![Some(bob()), Some(bob())], Ok(bob()));
    let same = store.provision("7", first_name(&bob().first_name)).await.unwrap();
    assert_eq!(same, Provisioned { user: bob(), is_new: false });
    assert_eq!(store.changes(), []);
    assert!(store.provision("7", first_name("Robert")).await.is_ok());
    let (edit, by) = (first_name("Robert"), Administrator::Program(ZOE));
    assert_eq!(store.changes(), [UserChange::Edit { user: BOB, edit, by }]);
}

#[tokio::test]
async fn person_created_by_a_concurrent_request_is_edited() {
    let store = Store::new(vec![None, Some(bob())], Err(Failure::Conflict));
    let provisioned = store.provision("7", UserEdit::default()).await.unwrap();
    assert_eq!(provisioned, Provisioned { user: bob(), is_new: false });
}

#[tokio::test]
async fn staff_is_out_of_reach_of_programs() {
    let staff = User { external_id: Some("1".to_owned()), ..user(ANN) };
    let store = Store::new(vec![Some(staff)], Ok(user(ANN)));
    let refused = store.provision("1", named("zoe.2")).await;
    assert_eq!(refused, Err(Failure::PermissionDenied));
    let grant = UserEdit { is_staff: Some(true), ..UserEdit::default() };
    let scopes: Scopes = [Scope::UsersWrite].into_iter().collect();
    let zoe = user(ZOE);
    let edited = store.accounts.edit_user(&zoe, Some(&scopes), BOB, grant, network()).await;
    assert_eq!(edited, Err(Failure::PermissionDenied));
    assert_eq!(store.changes(), []);
}

#[tokio::test]
async fn person_without_staff_right_and_key_without_the_scope_provision_no_users() {
    let store = Store::new(vec![], Ok(bob()));
    let others: Scopes =
        Scope::ALL.into_iter().filter(|scope| *scope != Scope::UsersWrite).collect();
    let missing = Failure::InsufficientScope(Scope::UsersWrite);
    for (scopes, expected) in [(None, Failure::PermissionDenied), (Some(&others), missing)] {
        let (zoe, id) = (user(ZOE), external_id("7"));
        let edit = UserEdit::default();
        let refused = store.accounts.provision(&zoe, scopes, id, edit, network()).await;
        assert_eq!(refused, Err(expected));
    }
}
