use std::sync::Arc;

use super::switchboard::{Switchboard, at, login};
use crate::Failure;
use crate::domain::account::{Login, Session, User};
use crate::domain::id::{SessionId, TokenId, UserId};
use crate::domain::notification::Preferences;
use crate::port::{CloseReason, MockSessionRepository, MockUserRepository};
use crate::stream::SessionReaper;

/// User 2 is inactive, user 3 has a password of second 20, user 4 does not exist.
fn user(id: UserId) -> Option<User> {
    (id != UserId(4)).then(|| User {
        id,
        username: "somebody".to_owned(),
        email: String::new(),
        first_name: String::new(),
        last_name: String::new(),
        is_staff: false,
        is_active: id != UserId(2),
        preferences: Preferences::default(),
        tokens_valid_from: at(if id == UserId(3) { 20 } else { 0 }),
        created_at: at(0),
    })
}

/// A session is called by its user's number and how it stands.
fn session(id: &SessionId) -> Option<Session> {
    let (user, standing) = id.0.split_once(' ').unwrap();
    let record = Session {
        user: UserId(user.parse().unwrap()),
        refresh: TokenId(String::new()),
        previous: None,
        created_at: at(10),
        expires_at: at(1_000),
        revoked_at: (standing == "revoked").then(|| at(15)),
        id: id.clone(),
    };
    (standing != "lost").then_some(record)
}

fn session_reaper(logins: Vec<Login>) -> (SessionReaper, Switchboard) {
    let switchboard = Switchboard::default();
    let mut users = MockUserRepository::new();
    users.expect_find_many().returning(|ids| {
        assert!(ids.len() <= 500, "{} at once", ids.len());
        Ok(ids.into_iter().filter_map(user).collect())
    });
    let mut sessions = MockSessionRepository::new();
    sessions.expect_find_many().returning(|ids| Ok(ids.iter().filter_map(session).collect()));
    let session_reaper = SessionReaper {
        users: Arc::new(users),
        sessions: Arc::new(sessions),
        subscriber: switchboard.with(logins),
    };
    (session_reaper, switchboard)
}

/// Which of these logins the guard ends.
async fn ended(logins: Vec<Login>) -> Vec<Login> {
    let (session_reaper, switchboard) = session_reaper(logins);
    session_reaper.end_revoked().await.unwrap();
    let ended = switchboard.ended.lock().unwrap().clone();
    assert!(ended.iter().all(|(_, why)| *why == CloseReason::LoggedOut));
    ended.into_iter().map(|(login, _)| login).collect()
}

#[tokio::test]
async fn logins_that_stand_are_left_alone() {
    let standing = vec![
        login(1, Some("1 phone")),
        login(1, Some("1 desk")),
        login(1, None),
        // By which its user got a new password.
        login(3, Some("3 phone")),
    ];
    assert_eq!(ended(standing).await, []);
    assert_eq!(ended(vec![]).await, []);
}

#[tokio::test]
async fn every_way_to_fall_ends_the_streams_of_that_login_alone() {
    let fallen = [
        login(1, Some("1 revoked")),
        login(1, Some("1 lost")),
        login(1, Some("5 stolen")),
        login(2, Some("2 phone")),
        login(2, None),
        login(3, None),
        login(4, Some("4 phone")),
        login(4, None),
    ];
    for fallen in fallen {
        let open = vec![login(1, Some("1 phone")), fallen.clone(), login(5, None)];
        assert_eq!(ended(open).await, [fallen]);
    }
}

#[tokio::test]
async fn any_number_of_logins_is_looked_at_in_portions() {
    let many = (10..1_510).map(|user| login(user, None)).chain([login(2, None)]);
    assert_eq!(ended(many.collect()).await, [login(2, None)]);
}

#[tokio::test]
async fn while_the_store_is_away_nobody_is_thrown_out() {
    let (mut session_reaper, switchboard) = session_reaper(vec![login(2, None)]);
    let mut sessions = MockSessionRepository::new();
    let away = || Failure::Unavailable("away".to_owned());
    sessions.expect_find_many().returning(move |_| Err(away()));
    session_reaper.sessions = Arc::new(sessions);
    assert_eq!(session_reaper.end_revoked().await, Err(away()));
    assert_eq!(*switchboard.ended.lock().unwrap(), []);
}
