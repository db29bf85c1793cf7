//! Users: creation, edits and lookups.

use crate::commit::Commit;
use leopard_core::Failure;
use leopard_core::domain::account::{NewUser, PasswordHash, PersonName, Profile, User, UserEdit};
use leopard_core::domain::change::{PasswordSetter, UserChange};
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::PreferencesEdit;
use leopard_core::domain::page::PageRequest;
use leopard_core::port::UserQuery;
use tokio::task::JoinSet;

use super::rights::{rights, staff};
use crate::Backend;
use crate::fixtures::{
    all_users, at, create_by_operator, edit, edit_by_operator, new_user, user, users,
};

pub async fn new_user_is_found_by_name_and_id(backend: &Backend) {
    let names = ("ana@example.org", "Ana", "Núñez");
    let profile = Profile::new(names.0.into(), names.1.into(), names.2.into());
    let new = NewUser { profile: profile.expect("a profile"), is_staff: true, ..new_user("ana") };
    let stored = backend.users.store(create_by_operator(new)).await.expect("a user");
    assert_eq!(stored.username, "ana");
    assert_eq!((&*stored.email, &*stored.first_name, &*stored.last_name), names);
    assert!(stored.is_staff && stored.is_active);
    assert_eq!((stored.created_at, stored.tokens_valid_from), (at(0), at(0)));

    let found = backend.users.find_many(vec![stored.id]).await;
    assert_eq!(found.expect("users"), vec![stored.clone()]);
    let credentials = backend.users.find_credentials("ana".to_owned()).await;
    let credentials = credentials.expect("an answer").expect("a user");
    assert_eq!(credentials.user, stored);
    assert_eq!(credentials.password, Some(PasswordHash("hash of ana".to_owned())));
    for other in ["Ana", "ana ", "an", "%", ""] {
        let found = backend.users.find_credentials(other.to_owned()).await;
        assert_eq!(found.expect("an answer"), None, "{other:?}");
    }
}

pub async fn taken_username_is_a_conflict(backend: &Backend) {
    let first = user(backend, "ana").await;
    let again = backend.users.store(create_by_operator(new_user("ana"))).await;
    assert_eq!(again, Err(Failure::Conflict));
    let another = user(backend, "Ana").await;
    assert_ne!(first.id, another.id);
}

pub async fn first_user_is_created_once(backend: &Backend) {
    let mut attempts = JoinSet::new();
    for number in 0..8 {
        let users = backend.users.clone();
        let first = UserChange::CreateFirst(new_user(&format!("first{number}")));
        attempts.spawn(async move { users.store(first).await });
    }
    let answers = attempts.join_all().await;
    let created = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(created, 1, "{answers:?}");
    for refused in answers.into_iter().filter(Result::is_err) {
        assert_eq!(refused, Err(Failure::Conflict));
    }
    let all = backend.users.list(all_users()).await;
    assert_eq!(all.expect("a page").total, 1);
}

pub async fn password_change_ends_older_sessions(backend: &Backend) {
    let ana = user(backend, "ana").await;
    let bob = user(backend, "bob").await;
    let change = UserChange::SetPassword {
        user: ana.id,
        password: PasswordHash("another".to_owned()),
        at: at(5),
        by: PasswordSetter::Operator,
    };
    let changed = backend.users.store(change).await.expect("a user");
    assert_eq!(changed.tokens_valid_from, at(5));
    assert_eq!(changed.created_at, ana.created_at);

    let known = backend.users.find_credentials("ana".to_owned()).await;
    let known = known.expect("an answer").expect("a user");
    assert_eq!(known.user, changed);
    assert_eq!(known.password, Some(PasswordHash("another".to_owned())));
    let other = backend.users.find_credentials("bob".to_owned()).await;
    let other = other.expect("an answer").expect("a user");
    assert_eq!(other.user, bob);
    assert_eq!(other.password, Some(PasswordHash("hash of bob".to_owned())));
}

pub async fn deactivated_user_is_still_found(backend: &Backend) {
    let ana = user(backend, "ana").await;
    for _ in 0..2 {
        let changed = backend.users.store(UserChange::Deactivate(ana.id)).await;
        assert!(!changed.expect("a user").is_active);
    }
    let known = backend.users.find_many(vec![ana.id]).await.expect("users");
    assert!(!known[0].is_active);
    assert_eq!(known[0].username, "ana");
}

pub async fn edit_changes_only_named_members(backend: &Backend) {
    staff(backend, "eve").await;
    let (ana, bob) = (user(backend, "ana").await, user(backend, "bob").await);
    let changed = edit(
        backend,
        ana.id,
        UserEdit {
            first_name: Some(PersonName::new("Ana".to_owned()).expect("a name")),
            is_active: Some(false),
            ..UserEdit::default()
        },
    );
    let expected = User { first_name: "Ana".to_owned(), is_active: false, ..ana.clone() };
    assert_eq!(changed.await, expected);
    let again = edit(backend, ana.id, rights(Some(true), Some(true))).await;
    assert!(again.is_active && again.is_staff);
    assert_eq!((&*again.first_name, &*again.email), ("Ana", &*ana.email));

    let known = backend.users.find_credentials("ana".to_owned()).await;
    let known = known.expect("an answer").expect("a user");
    assert_eq!(known.user, again);
    assert_eq!(known.password, Some(PasswordHash("hash of ana".to_owned())));
    let others = backend.users.find_many(vec![bob.id]).await;
    assert_eq!(others, Ok(vec![bob]));
}

pub async fn edit_of_unknown_user_is_refused(backend: &Backend) {
    let unknown = UserId(404);
    let password = UserChange::SetPassword {
        user: unknown,
        password: PasswordHash("another".to_owned()),
        at: at(5),
        by: PasswordSetter::Operator,
    };
    let edit = edit_by_operator(unknown, rights(Some(true), None));
    let preferences =
        UserChange::SetPreferences { user: unknown, edit: PreferencesEdit::default() };
    let deactivate = UserChange::Deactivate(unknown);
    for change in [password, edit, preferences, deactivate] {
        let refused = backend.users.store(change).await;
        assert_eq!(refused, Err(Failure::NotFound));
    }
}

pub async fn users_are_paged_by_id(backend: &Backend) {
    let mut ids = Vec::new();
    for number in (0..7).rev() {
        ids.push(user(backend, &format!("user{number}")).await.id);
    }
    assert!(ids.is_sorted(), "ids only grow: {ids:?}");
    for (number, expected) in [(1, &ids[..3]), (2, &ids[3..6]), (3, &ids[6..]), (4, &[])] {
        let request = PageRequest::new(number, 3).expect("a page request");
        let page = backend.users.list(UserQuery::all(request)).await.expect("a page");
        let found: Vec<UserId> = page.items.iter().map(|user| user.id).collect();
        assert_eq!((found.as_slice(), page.total), (expected, 7));
        assert_eq!(page.request, request);
    }
}

pub async fn thousands_of_users_are_found_in_one_call(backend: &Backend) {
    let ana = user(backend, "ana").await;
    let bob = user(backend, "bob").await;
    let ids = (1..=70_000).rev().map(UserId).collect();
    let mut found = backend.users.find_many(ids).await.expect("users");
    found.sort_by_key(|user| user.id);
    assert_eq!(found, vec![ana, bob]);
    let none = backend.users.find_many(vec![]).await.expect("users");
    assert_eq!(none, vec![]);
}

pub async fn users_are_found_by_exact_names(backend: &Backend) {
    let [ana, _, zoe] = users(backend, ["ana", "Ana", "zoë"]).await;
    let names = ["zoë", "ana", "unknown", "zo"].map(str::to_owned).to_vec();
    let found = backend.users.find_named(names).await.expect("users");
    let mut found: Vec<_> = found.iter().map(|user| user.id).collect();
    found.sort_unstable();
    assert_eq!(found, [ana, zoe]);
    assert_eq!(backend.users.find_named(vec![]).await, Ok(vec![]));
}
