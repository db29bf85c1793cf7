//! Sessions.

use crate::commit::Commit;
use leopard_core::Failure;
use leopard_core::domain::account::{PasswordHash, Session, SpentToken};
use leopard_core::domain::change::{PasswordSetter, SessionChange, UserChange};
use leopard_core::domain::id::{SessionId, TokenId, UserId};
use tokio::task::JoinSet;

use crate::Backend;
use crate::fixtures::{at, users};

pub(super) fn id(text: &str) -> SessionId {
    SessionId(text.to_owned())
}

pub(super) fn token(text: &str) -> TokenId {
    TokenId(text.to_owned())
}

pub(super) fn record(user: UserId, session: &str) -> Session {
    Session {
        id: id(session),
        user,
        refresh: token("first"),
        previous: None,
        created_at: at(1),
        expires_at: at(86_401),
        revoked_at: None,
    }
}

pub(super) fn spend(session: &str, spent: &str, next: &str) -> SessionChange {
    SessionChange::Rotate {
        session: id(session),
        spent: token(spent),
        next: token(next),
        expires_at: at(90_000),
        at: at(5),
    }
}

/// A login with the password of `at(0)`.
pub(super) fn log_in(session: Session) -> SessionChange {
    SessionChange::Open { session, tokens_valid_from: at(0) }
}

pub(super) fn set_password(user: UserId, second: i64) -> UserChange {
    UserChange::SetPassword {
        user,
        password: PasswordHash("another".to_owned()),
        at: at(second),
        by: PasswordSetter::Operator,
    }
}

pub(super) async fn open(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    for session in ["one", "two"] {
        let change = log_in(record(ana, session));
        backend.sessions.commit(change).await.expect("a login");
    }
}

pub(super) async fn found(backend: &Backend, session: &str) -> Session {
    let found = backend.sessions.find_many(vec![id(session)]).await;
    found.expect("an answer").pop().expect("a login")
}

pub async fn session_is_found_after_login(backend: &Backend) {
    open(backend).await;
    let ids = vec![id("two"), id("none"), id("one"), id("ONE")];
    let mut found = backend.sessions.find_many(ids).await.expect("logins");
    found.sort_by(|a, b| a.id.cmp(&b.id));
    let user = found[0].user;
    let expected = ["one", "two"].map(|session| record(user, session));
    assert_eq!(found, expected);
    let again = log_in(record(user, "one"));
    let refused = backend.sessions.commit(again).await;
    assert!(matches!(refused, Err(Failure::Internal(_))), "{refused:?}");
}

pub async fn refresh_token_is_spent_once(backend: &Backend) {
    open(backend).await;
    let first = backend.sessions.commit(spend("one", "first", "second")).await;
    assert_eq!(first, Ok(()));
    let session = found(backend, "one").await;
    assert_eq!(session.refresh, token("second"));
    assert_eq!(session.expires_at, at(90_000));
    assert_eq!(session.created_at, at(1));
    let previous = SpentToken { id: token("first"), at: at(5) };
    assert_eq!(session.previous, Some(previous));

    let again = backend.sessions.commit(spend("one", "first", "third")).await;
    assert_eq!(again, Err(Failure::Conflict));
    assert_eq!(found(backend, "one").await, session);
    assert_eq!(found(backend, "two").await.refresh, token("first"));
}

pub async fn concurrent_spending_of_a_token_succeeds_once(backend: &Backend) {
    open(backend).await;
    let mut attempts = JoinSet::new();
    for number in 0..16 {
        let sessions = backend.sessions.clone();
        let next = format!("next{number}");
        attempts.spawn(async move {
            let answer = sessions.commit(spend("one", "first", &next)).await;
            (next, answer)
        });
    }
    let answers = attempts.join_all().await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(_, it)| it.is_ok());
    assert_eq!(won.len(), 1);
    for (_, answer) in lost {
        assert_eq!(answer, Err(Failure::Conflict));
    }
    assert_eq!(found(backend, "one").await.refresh, token(&won[0].0));
}

pub async fn revoked_session_stays_revoked(backend: &Backend) {
    open(backend).await;
    for second in [5, 6] {
        let revoke = SessionChange::Revoke { session: id("one"), at: at(second) };
        assert_eq!(backend.sessions.commit(revoke).await, Ok(()));
        assert_eq!(found(backend, "one").await.revoked_at, Some(at(5)));
    }
    let spent = backend.sessions.commit(spend("one", "first", "second")).await;
    assert_eq!(spent, Err(Failure::Conflict));
    assert_eq!(found(backend, "two").await.revoked_at, None);
}

pub async fn unknown_session_is_a_conflict_for_spending_only(backend: &Backend) {
    open(backend).await;
    let spent = backend.sessions.commit(spend("none", "first", "second")).await;
    assert_eq!(spent, Err(Failure::Conflict));
    let revoke = SessionChange::Revoke { session: id("none"), at: at(5) };
    assert_eq!(backend.sessions.commit(revoke).await, Ok(()));
}

pub async fn login_with_changed_credentials_is_refused(backend: &Backend) {
    let [ana, bob, eve] = users(backend, ["ana", "bob", "eve"]).await;
    let changes = [set_password(ana, 5), UserChange::Deactivate(bob)];
    for change in changes {
        backend.users.store(change).await.expect("a user");
    }
    for user in [ana, bob, UserId(404)] {
        let late = Session { created_at: at(6), ..record(user, "late") };
        let refused = backend.sessions.commit(log_in(late)).await;
        assert_eq!(refused, Err(Failure::Conflict), "{user}");
    }
    let none = backend.sessions.find_many(vec![id("late")]).await;
    assert_eq!(none, Ok(vec![]));

    let current = SessionChange::Open { session: record(ana, "one"), tokens_valid_from: at(5) };
    assert_eq!(backend.sessions.commit(current).await, Ok(()));
    let other = log_in(record(eve, "two"));
    assert_eq!(backend.sessions.commit(other).await, Ok(()));
}

pub async fn ended_sessions_are_deleted_in_batches(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let ends = [
        ("expired", 50, None),
        ("expired just then", 100, None),
        ("revoked", 500, Some(100)),
        ("expires later", 101, None),
        ("revoked later", 500, Some(101)),
        ("current", 500, None),
    ];
    for (session, expires, revoked) in ends {
        let login = Session {
            expires_at: at(expires),
            revoked_at: revoked.map(at),
            ..record(ana, session)
        };
        backend.sessions.commit(log_in(login)).await.expect("a login");
    }
    let delete = async |limit| backend.sessions.delete_ended(at(100), limit).await;
    assert_eq!(delete(2).await, Ok(2));
    assert_eq!(delete(2).await, Ok(1));
    assert_eq!(delete(2).await, Ok(0));

    let ids = ends.map(|(session, ..)| id(session)).to_vec();
    let left = backend.sessions.find_many(ids).await.expect("sessions");
    let mut left: Vec<_> = left.into_iter().map(|session| session.id.0.clone()).collect();
    left.sort();
    assert_eq!(left, ["current", "expires later", "revoked later"]);
}

pub async fn concurrent_deletions_of_ended_sessions_all_succeed(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    for number in 0..40 {
        let login = record(ana, &format!("session {number}"));
        backend.sessions.commit(log_in(login)).await.expect("a login");
    }
    let mut deletions = JoinSet::new();
    for _ in 0..8 {
        let sessions = backend.sessions.clone();
        deletions.spawn(async move { sessions.delete_ended(at(90_000), 10).await });
    }
    let deleted: u64 = deletions.join_all().await.into_iter().map(|it| it.expect("a count")).sum();
    let rest = backend.sessions.delete_ended(at(90_000), 100).await.expect("a count");
    assert_eq!(deleted + rest, 40);
}
