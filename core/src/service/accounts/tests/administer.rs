use std::sync::{Arc, Mutex};

use super::house::{House, credentials, hash_of, password, start};
use crate::Failure;
use crate::domain::change::UserChange;
use crate::domain::field::FieldError;
use crate::domain::id::UserId;
use crate::domain::page::{Page, PageRequest};
use crate::domain::token::TokenKind;
use crate::domain::user::User;
use crate::port::MockUserRepository;
use crate::service::accounts::{Accounts, NewUserRequest};

fn request(username: &str, offered: &str) -> NewUserRequest {
    NewUserRequest {
        username: username.to_owned(),
        password: password(offered),
        email: "ann@example.org".to_owned(),
        first_name: "Ann".to_owned(),
        last_name: String::new(),
        is_staff: true,
    }
}

type Committed = Arc<Mutex<Vec<UserChange>>>;

/// The service over a store that answers each change with this, and what was committed.
fn accounts(answer: Result<User, Failure>, users: u64) -> (Accounts, Committed) {
    let house = House::new();
    let committed = Committed::default();
    let mut store = house.users();
    let changes = committed.clone();
    store.expect_commit().returning(move |change| {
        changes.lock().unwrap().push(change);
        answer.clone()
    });
    count(&mut store, users);
    (house.accounts_with(store), committed)
}

fn count(store: &mut MockUserRepository, total: u64) {
    store.expect_list().returning(move |request| {
        Ok(Page {
            total,
            request,
            items: vec![],
        })
    });
}

fn ann() -> User {
    credentials(9, "ann", true).user
}

#[tokio::test]
async fn a_new_user_is_kept_with_the_hash_of_the_password() {
    let (accounts, committed) = accounts(Ok(ann()), 2);
    let made = accounts
        .create_user(request("ann", "sherwood forest"))
        .await;
    assert_eq!(made, Ok(ann()));
    let committed = committed.lock().unwrap();
    let [UserChange::Create(new)] = &committed[..] else {
        panic!("{committed:?}")
    };
    assert_eq!(new.username.as_str(), "ann");
    assert_eq!(new.password, hash_of("sherwood forest"));
    assert_eq!(new.profile.email(), "ann@example.org");
    assert!(new.is_staff);
    assert_eq!(new.created_at, start());
}

#[tokio::test]
async fn what_is_wrong_with_a_new_user_is_said_of_its_field() {
    let (accounts, committed) = accounts(Err(Failure::Conflict), 2);
    let cases = [
        (
            "bob",
            "sherwood forest",
            "username",
            FieldError::UsernameTaken,
        ),
        (
            "a b",
            "sherwood forest",
            "username",
            FieldError::UsernameCharacters,
        ),
        ("", "sherwood forest", "username", FieldError::Blank),
        ("ann", "short", "password", FieldError::TooShort(8)),
        (
            "ann.ann.",
            "Ann.Ann.",
            "password",
            FieldError::PasswordIsUsername,
        ),
        ("ann", "password", "password", FieldError::PasswordTooCommon),
    ];
    for (username, offered, field, error) in cases {
        let refused = accounts.create_user(request(username, offered)).await;
        assert_eq!(refused, Err(Failure::field(field, error)));
    }
    let mut long = request("ann", "sherwood forest");
    long.email = "x".repeat(151);
    let refused = accounts.create_user(long).await;
    assert_eq!(
        refused,
        Err(Failure::field("email", FieldError::TooLong(150)))
    );
    assert_eq!(committed.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn the_first_user_is_made_only_where_there_is_none() {
    let first = || request("admin", "sherwood forest");

    let (empty, _) = accounts(Ok(ann()), 0);
    assert_eq!(empty.create_first_user(first()).await, Ok(Some(ann())));

    let (inhabited, committed) = accounts(Ok(ann()), 1);
    assert_eq!(inhabited.create_first_user(first()).await, Ok(None));
    assert_eq!(committed.lock().unwrap().len(), 0);

    let (raced, committed) = accounts(Err(Failure::Conflict), 0);
    assert_eq!(raced.create_first_user(first()).await, Ok(None));
    assert!(matches!(
        committed.lock().unwrap()[..],
        [UserChange::CreateFirst(_)]
    ));
}

#[tokio::test]
async fn a_new_password_counts_from_now_on() {
    let (accounts, committed) = accounts(Ok(ann()), 2);
    let set = |name: &str, offered: &str| accounts.set_password(name.to_owned(), password(offered));
    assert!(set("bob", "sherwood forest").await.is_ok());
    let expected = UserChange::SetPassword {
        user: UserId(7),
        password: hash_of("sherwood forest"),
        at: start(),
    };
    assert_eq!(*committed.lock().unwrap(), [expected]);

    let short = Failure::field("password", FieldError::TooShort(8));
    assert_eq!(set("bob", "short").await, Err(short));
    assert!(
        set("eve", "sherwood forest").await.is_ok(),
        "an inactive user"
    );
    let unknown = FieldError::UnknownUsername("zoe".to_owned());
    assert_eq!(unknown.to_string(), "There is no user \"zoe\".");
    let unknown = Failure::field("username", unknown);
    assert_eq!(set("zoe", "sherwood forest").await, Err(unknown));
    assert_eq!(committed.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn deactivation_is_of_the_user_who_was_named() {
    let (accounts, committed) = accounts(Ok(ann()), 2);
    assert!(accounts.deactivate("bob".to_owned()).await.is_ok());
    assert_eq!(
        *committed.lock().unwrap(),
        [UserChange::Deactivate(UserId(7))]
    );
    assert!(accounts.deactivate("zoe".to_owned()).await.is_err());
}

#[tokio::test]
async fn a_token_for_scripts_belongs_to_no_login() {
    let house = House::new();
    let accounts = house.accounts();
    let token = accounts.access_token_for("bob".to_owned()).await.unwrap();
    assert_eq!(house.sessions(), []);
    let caller = accounts.authenticate(Some(token), &[TokenKind::Access]);
    let caller = caller.await.unwrap();
    assert_eq!(caller.user.username, "bob");
    assert_eq!(caller.login.session, None);

    for nobody in ["eve", "zoe"] {
        let error = FieldError::NoActiveUsername(nobody.to_owned());
        let refused = accounts.access_token_for(nobody.to_owned()).await;
        assert_eq!(refused, Err(Failure::field("username", error)));
    }
}

#[tokio::test]
async fn users_are_listed_page_by_page() {
    let (accounts, _) = accounts(Ok(ann()), 2);
    let page = accounts.list_users(PageRequest::first(10)).await.unwrap();
    assert_eq!(page.total, 2);
}
