//! Sessions when their user gets a new password.

use crate::commit::Commit;
use leopard_core::Failure;
use leopard_core::domain::account::PasswordHash;
use leopard_core::domain::change::{PasswordSetter, SessionChange, UserChange};
use leopard_core::domain::id::{SessionId, UserId};
use tokio::task::JoinSet;

use super::sessions::{found, id, log_in, open, record, set_password, spend};
use crate::Backend;
use crate::fixtures::{at, users};

/// A change by the owner, with a session or without one, after the password of `at(0)` was verified.
fn change_password(user: UserId, second: i64, login: Option<&str>) -> UserChange {
    UserChange::SetPassword {
        user,
        password: PasswordHash("their own".to_owned()),
        at: at(second),
        by: PasswordSetter::Owner { session: login.map(id), tokens_valid_from: at(0) },
    }
}

pub async fn new_password_ends_every_session(backend: &Backend) {
    open(backend).await;
    let user = found(backend, "one").await.user;
    let [bob] = users(backend, ["bob"]).await;
    let other = backend.sessions.commit(log_in(record(bob, "bob's")));
    assert_eq!(other.await, Ok(()));
    let revoke = SessionChange::Revoke { session: id("two"), at: at(2) };
    assert_eq!(backend.sessions.commit(revoke).await, Ok(()));

    // The change has an earlier time than the login, and is stored after it.
    let changed = backend.users.store(set_password(user, 0)).await;
    let changed = changed.expect("a user");
    let session = found(backend, "one").await;
    assert_eq!(session.revoked_at, Some(at(0)));
    assert!(!session.is_valid_for(&changed));
    assert_eq!(found(backend, "two").await.revoked_at, Some(at(2)));
    assert_eq!(found(backend, "bob's").await.revoked_at, None);
    let spent = backend.sessions.commit(spend("one", "first", "second")).await;
    assert_eq!(spent, Err(Failure::Conflict));
}

pub async fn password_change_keeps_the_calling_session(backend: &Backend) {
    open(backend).await;
    let user = found(backend, "one").await.user;
    let [bob] = users(backend, ["bob"]).await;
    let other = backend.sessions.commit(log_in(record(bob, "bob's")));
    assert_eq!(other.await, Ok(()));

    let changed = backend.users.store(change_password(user, 5, Some("one")));
    let changed = changed.await.expect("a user");
    assert_eq!(changed.tokens_valid_from, at(5));
    let own = found(backend, "one").await;
    assert_eq!(own, record(user, "one"));
    assert!(own.is_valid_for(&changed));
    assert!(!found(backend, "two").await.is_valid_for(&changed));
    assert_eq!(found(backend, "two").await.revoked_at, Some(at(5)));
    assert_eq!(found(backend, "bob's").await.revoked_at, None);
    let spent = backend.sessions.commit(spend("one", "first", "second")).await;
    assert_eq!(spent, Ok(()), "the session goes on");
}

pub async fn password_change_without_session_ends_all_sessions(backend: &Backend) {
    open(backend).await;
    let user = found(backend, "one").await.user;
    let [bob] = users(backend, ["bob"]).await;
    let other = backend.sessions.commit(log_in(record(bob, "bob's")));
    assert_eq!(other.await, Ok(()));
    backend.users.store(change_password(user, 5, None)).await.expect("a user");
    for session in ["one", "two"] {
        assert_eq!(found(backend, session).await.revoked_at, Some(at(5)));
    }
    assert_eq!(found(backend, "bob's").await.revoked_at, None);
}

pub async fn password_change_from_outdated_password_is_refused(backend: &Backend) {
    open(backend).await;
    let user = found(backend, "one").await.user;
    let [bob] = users(backend, ["bob"]).await;
    let changes = [set_password(user, 5), UserChange::Deactivate(bob)];
    for change in changes {
        backend.users.store(change).await.expect("a user");
    }
    for late in [user, bob, UserId(404)] {
        let change = change_password(late, 6, Some("one"));
        let refused = backend.users.store(change).await;
        assert_eq!(refused, Err(Failure::Conflict), "{late}");
    }
    let known = backend.users.find_credentials("ana".to_owned()).await;
    let known = known.expect("an answer").expect("a user");
    assert_eq!(known.password, Some(PasswordHash("another".to_owned())));
    assert_eq!(known.user.tokens_valid_from, at(5));
}

pub async fn session_does_not_outlive_its_password(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let mut attempts = JoinSet::new();
    for number in 0..32 {
        let (sessions, users) = (backend.sessions.clone(), backend.users.clone());
        let name = format!("login{number}");
        attempts.spawn(async move {
            if number == 16 {
                users.store(set_password(ana, 1)).await.expect("a user");
                return None;
            }
            let opened = sessions.commit(log_in(record(ana, &name))).await;
            opened.is_ok().then_some(name)
        });
    }
    let opened = attempts.join_all().await.into_iter().flatten();
    let ids: Vec<SessionId> = opened.map(|name| id(&name)).collect();
    let sessions = backend.sessions.find_many(ids).await.expect("logins");
    for session in sessions {
        assert_eq!(session.revoked_at, Some(at(1)), "{:?}", session.id);
    }
}
