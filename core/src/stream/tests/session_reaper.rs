use std::sync::Arc;

use chrono::TimeDelta;

use super::fake_subscriber::FakeSubscriber;
use crate::domain::account::{ApiKey, KeyHash, Login, Scopes, Session, User};
use crate::domain::id::{ApiKeyId, SessionId, TokenId, UserId};
use crate::port::{CloseReason, MockApiKeyRepository, MockSessionRepository, MockUserRepository};
use crate::stream::SessionReaper;
use crate::tests::fixtures::{
    ANN, BOB, EVE, UNKNOWN, ZOE, fixed_clock, login, now, unavailable, user, users,
};

/// Zoe has a new password since the logins.
fn current_user(id: UserId) -> User {
    let new_password = TimeDelta::seconds(if id == ZOE { 10 } else { -10 });
    User { tokens_valid_from: now() + new_password, ..user(id) }
}

/// The session with this id, which names the user and the state.
fn session(id: &SessionId) -> Option<Session> {
    let (user, state) = id.0.split_once(' ').unwrap();
    let session = Session {
        id: id.clone(),
        user: UserId(user.parse().unwrap()),
        refresh: TokenId(String::new()),
        previous: None,
        created_at: now(),
        expires_at: now() + TimeDelta::days(1),
        revoked_at: (state == "revoked").then(now),
    };
    (state != "deleted").then_some(session)
}

/// Keys of Bob: 1 is valid, 2 is revoked, others do not exist.
fn api_key(id: ApiKeyId) -> Option<ApiKey> {
    let key = ApiKey {
        id,
        user: BOB,
        name: "back end".to_owned(),
        hint: "abcd".to_owned(),
        hash: KeyHash("hash".to_owned()),
        scopes: Scopes::default(),
        created_at: now(),
        expires_at: None,
        last_used_at: None,
        revoked_at: (id.0 == 2).then(now),
    };
    (id.0 <= 2).then_some(key)
}

/// The login of a user by a session of this user in this state.
fn login_by(user: UserId, owner: UserId, state: &str) -> Login {
    login(user, Some(&format!("{owner} {state}")))
}

fn session_reaper(logins: Vec<Login>) -> (SessionReaper, FakeSubscriber) {
    let mut sessions = MockSessionRepository::new();
    sessions.expect_find_many().returning(|ids| Ok(ids.iter().filter_map(session).collect()));
    let mut api_keys = MockApiKeyRepository::new();
    api_keys.expect_find_many().returning(|ids| Ok(ids.into_iter().filter_map(api_key).collect()));
    let subscriber = FakeSubscriber::default();
    let session_reaper = SessionReaper {
        users: Arc::new(users(current_user)),
        sessions: Arc::new(sessions),
        api_keys: Arc::new(api_keys),
        clock: fixed_clock(),
        subscriber: subscriber.with(logins),
    };
    (session_reaper, subscriber)
}

/// The logins whose streams are closed.
async fn closed(logins: Vec<Login>) -> Vec<Login> {
    let (session_reaper, subscriber) = session_reaper(logins);
    session_reaper.end_revoked().await.unwrap();
    let ended = subscriber.ended.all();
    assert!(ended.iter().all(|(_, reason)| *reason == CloseReason::LoggedOut));
    ended.into_iter().map(|(login, _)| login).collect()
}

#[tokio::test]
async fn valid_logins_are_kept() {
    let valid = vec![
        login_by(ANN, ANN, "phone"),
        login_by(ANN, ANN, "desk"),
        login(ANN, None),
        // The session that set the new password.
        login_by(ZOE, ZOE, "phone"),
    ];
    assert_eq!(closed(valid).await, []);
    assert_eq!(closed(vec![]).await, []);
}

#[tokio::test]
async fn streams_of_every_invalid_login_are_closed_and_no_others() {
    for invalid in [
        login_by(ANN, ANN, "revoked"),
        login_by(ANN, ANN, "deleted"),
        login_by(ANN, BOB, "phone"),
        login_by(EVE, EVE, "phone"),
        login(EVE, None),
        login(ZOE, None),
        login_by(UNKNOWN, UNKNOWN, "phone"),
        login(UNKNOWN, None),
    ] {
        let all = vec![login_by(ANN, ANN, "phone"), invalid.clone(), login(BOB, None)];
        assert_eq!(closed(all).await, [invalid]);
    }
}

#[tokio::test]
async fn many_logins_are_checked_in_chunks() {
    let many = (100..1_600).map(|user| login(UserId(user), None)).chain([login(EVE, None)]);
    let (mut session_reaper, subscriber) = session_reaper(many.collect());
    let mut users = MockUserRepository::new();
    users.expect_find_many().returning(|ids| {
        assert!(ids.len() <= 500, "{} at once", ids.len());
        Ok(ids.into_iter().map(current_user).collect())
    });
    session_reaper.users = Arc::new(users);
    session_reaper.end_revoked().await.unwrap();
    assert_eq!(subscriber.ended.all(), [(login(EVE, None), CloseReason::LoggedOut)]);
}

#[tokio::test]
async fn no_stream_is_closed_while_the_store_is_unavailable() {
    let (mut session_reaper, subscriber) = session_reaper(vec![login(EVE, None)]);
    let mut sessions = MockSessionRepository::new();
    sessions.expect_find_many().returning(|_| Err(unavailable()));
    session_reaper.sessions = Arc::new(sessions);
    assert_eq!(session_reaper.end_revoked().await, Err(unavailable()));
    assert!(subscriber.ended.is_empty());
}

#[tokio::test]
async fn streams_of_revoked_and_unknown_keys_are_closed() {
    let by_key = |id| Login { key: Some(ApiKeyId(id)), ..login(BOB, None) };
    assert_eq!(closed(vec![by_key(1), by_key(2), by_key(3)]).await, [by_key(2), by_key(3)]);
}
