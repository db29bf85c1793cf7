//! Logins.

use leopard_core::Failure;
use leopard_core::domain::change::{SessionChange, UserChange};
use leopard_core::domain::id::{SessionId, TokenId, UserId};
use leopard_core::domain::password::PasswordHash;
use leopard_core::domain::session::{Session, SessionRecord};
use tokio::task::JoinSet;

use super::Backend;
use super::sample::{at, users};

fn id(text: &str) -> SessionId {
    SessionId(text.to_owned())
}

fn token(text: &str) -> TokenId {
    TokenId(text.to_owned())
}

fn record(user: UserId, session: &str) -> SessionRecord {
    SessionRecord {
        id: id(session),
        user,
        refresh: token("first"),
        created_at: at(1),
        expires_at: at(86_401),
        revoked_at: None,
    }
}

fn spend(session: &str, spent: &str, next: &str) -> SessionChange {
    SessionChange::Rotate {
        session: id(session),
        spent: token(spent),
        next: token(next),
        expires_at: at(90_000),
    }
}

/// A log in of a user of whom the password was read as it was at the beginning of the story.
fn log_in(login: SessionRecord) -> SessionChange {
    SessionChange::Open {
        login,
        tokens_valid_from: at(0),
    }
}

fn set_password(user: UserId, second: i64) -> UserChange {
    UserChange::SetPassword {
        user,
        password: PasswordHash("another".to_owned()),
        at: at(second),
    }
}

async fn open(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    for session in ["one", "two"] {
        let change = log_in(record(ana, session));
        backend.sessions.commit(change).await.expect("a login");
    }
}

async fn found(backend: &Backend, session: &str) -> Session {
    let found = backend.sessions.find_many(vec![id(session)]).await;
    found.expect("an answer").pop().expect("a login")
}

pub async fn a_login_is_found_again(backend: &Backend) {
    open(backend).await;
    let ids = vec![id("two"), id("none"), id("one"), id("ONE")];
    let mut found = backend.sessions.find_many(ids).await.expect("logins");
    found.sort_by(|a, b| a.id.cmp(&b.id));
    let user = found[0].user;
    let expected = ["one", "two"].map(|session| Session::restore(record(user, session)));
    assert_eq!(found, expected);
    let again = log_in(record(user, "one"));
    let refused = backend.sessions.commit(again).await;
    assert!(matches!(refused, Err(Failure::Internal(_))), "{refused:?}");
}

pub async fn a_token_is_spent_only_once(backend: &Backend) {
    open(backend).await;
    let first = backend
        .sessions
        .commit(spend("one", "first", "second"))
        .await;
    assert_eq!(first, Ok(()));
    let session = found(backend, "one").await;
    assert_eq!(session.refresh, token("second"));
    assert_eq!(session.expires_at, at(90_000));
    assert_eq!(session.created_at, at(1));

    let again = backend
        .sessions
        .commit(spend("one", "first", "third"))
        .await;
    assert_eq!(again, Err(Failure::Conflict));
    assert_eq!(found(backend, "one").await, session);
    assert_eq!(found(backend, "two").await.refresh, token("first"));
}

pub async fn of_many_who_spend_a_token_one_succeeds(backend: &Backend) {
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

pub async fn a_revoked_login_stays_revoked(backend: &Backend) {
    open(backend).await;
    for second in [5, 6] {
        let revoke = SessionChange::Revoke {
            session: id("one"),
            at: at(second),
        };
        assert_eq!(backend.sessions.commit(revoke).await, Ok(()));
        assert_eq!(found(backend, "one").await.revoked_at, Some(at(5)));
    }
    let spent = backend
        .sessions
        .commit(spend("one", "first", "second"))
        .await;
    assert_eq!(spent, Err(Failure::Conflict));
    assert_eq!(found(backend, "two").await.revoked_at, None);
}

pub async fn an_unknown_login_is_a_conflict_only_for_spending(backend: &Backend) {
    open(backend).await;
    let spent = backend
        .sessions
        .commit(spend("none", "first", "second"))
        .await;
    assert_eq!(spent, Err(Failure::Conflict));
    let revoke = SessionChange::Revoke {
        session: id("none"),
        at: at(5),
    };
    assert_eq!(backend.sessions.commit(revoke).await, Ok(()));
}

pub async fn nobody_logs_in_with_what_has_changed(backend: &Backend) {
    let [ana, bob, eve] = users(backend, ["ana", "bob", "eve"]).await;
    let changes = [set_password(ana, 5), UserChange::Deactivate(bob)];
    for change in changes {
        backend.users.commit(change).await.expect("a user");
    }
    for user in [ana, bob, UserId(404)] {
        let late = SessionRecord {
            created_at: at(6),
            ..record(user, "late")
        };
        let refused = backend.sessions.commit(log_in(late)).await;
        assert_eq!(refused, Err(Failure::Conflict), "{user}");
    }
    let none = backend.sessions.find_many(vec![id("late")]).await;
    assert_eq!(none, Ok(vec![]));

    let current = SessionChange::Open {
        login: record(ana, "one"),
        tokens_valid_from: at(5),
    };
    assert_eq!(backend.sessions.commit(current).await, Ok(()));
    let other = log_in(record(eve, "two"));
    assert_eq!(backend.sessions.commit(other).await, Ok(()));
}

pub async fn a_new_password_ends_every_login_that_stands(backend: &Backend) {
    open(backend).await;
    let user = found(backend, "one").await.user;
    let [bob] = users(backend, ["bob"]).await;
    let other = backend.sessions.commit(log_in(record(bob, "bob's")));
    assert_eq!(other.await, Ok(()));
    let revoke = SessionChange::Revoke {
        session: id("two"),
        at: at(2),
    };
    assert_eq!(backend.sessions.commit(revoke).await, Ok(()));

    // The change was asked for before the login, and is stored after it.
    let changed = backend.users.commit(set_password(user, 0)).await;
    let changed = changed.expect("a user");
    let session = found(backend, "one").await;
    assert_eq!(session.revoked_at, Some(at(0)));
    assert!(!session.stands_for(&changed));
    assert_eq!(found(backend, "two").await.revoked_at, Some(at(2)));
    assert_eq!(found(backend, "bob's").await.revoked_at, None);
    let spent = backend
        .sessions
        .commit(spend("one", "first", "second"))
        .await;
    assert_eq!(spent, Err(Failure::Conflict));
}

pub async fn no_login_outlives_the_password_it_was_made_with(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let mut attempts = JoinSet::new();
    for number in 0..32 {
        let (sessions, users) = (backend.sessions.clone(), backend.users.clone());
        let name = format!("login{number}");
        attempts.spawn(async move {
            if number == 16 {
                users.commit(set_password(ana, 1)).await.expect("a user");
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
