//! The fake ports of the fixture, over one state.

use std::sync::{Arc, Mutex, MutexGuard};

use chrono::{DateTime, Utc};

use super::fixture::hash_of;
use crate::Failure;
use crate::domain::account::{
    Claims, Credentials, PasswordHash, SecurityEvent, Session, SpentToken, User,
};
use crate::domain::change::{SessionChange, UserChange};
use crate::domain::id::{SessionId, TokenId};
use crate::domain::idempotency::Outcome;
use crate::domain::page::Page;
use crate::port::{
    MockPasswordHasher, MockSessionRepository, MockTokenIssuer, MockUserRepository, UserQuery,
};

pub(super) struct State {
    pub(super) users: Vec<Credentials>,
    pub(super) sessions: Vec<Session>,
    pub(super) now: DateTime<Utc>,
    /// The claims of each token; a token is its index.
    pub(super) issued: Vec<Claims>,
    pub(super) ids: usize,
    /// The hashes that passwords were compared with.
    pub(super) compared: Vec<Option<PasswordHash>>,
    pub(super) events: Vec<SecurityEvent>,
    /// Replaces Bob during the next comparison of a password.
    pub(super) bob_after_comparison: Option<Credentials>,
    /// Another request commits this before the next session change.
    pub(super) concurrent_change: Option<SessionChange>,
    pub(super) user_changes: Vec<UserChange>,
    /// The result of every user change, which changes no user.
    pub(super) user_change_result: Result<User, Failure>,
    pub(super) user_queries: Vec<UserQuery>,
    /// The number of users in a list.
    pub(super) user_count: u64,
}

pub(super) fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap()
}

pub(super) fn fake_users(state: &Arc<Mutex<State>>) -> MockUserRepository {
    let mut users = MockUserRepository::new();
    let shared = state.clone();
    users.expect_find_credentials().returning(move |name| {
        Ok(lock(&shared).users.iter().find(|known| known.user.username == name).cloned())
    });
    let shared = state.clone();
    users.expect_find_many().returning(move |ids| {
        let state = lock(&shared);
        let users = state.users.iter().map(|known| &known.user);
        Ok(users.filter(|user| ids.contains(&user.id)).cloned().collect())
    });
    let shared = state.clone();
    users.expect_commit().returning(move |change, _| {
        let mut state = lock(&shared);
        state.user_changes.push(change);
        state.user_change_result.clone().map(Outcome::Created)
    });
    let shared = state.clone();
    users.expect_list().returning(move |query| {
        let mut state = lock(&shared);
        let page = Page { total: state.user_count, request: query.page, items: vec![] };
        state.user_queries.push(query);
        Ok(page)
    });
    users
}

pub(super) fn fake_sessions(state: &Arc<Mutex<State>>) -> MockSessionRepository {
    let mut sessions = MockSessionRepository::new();
    let shared = state.clone();
    sessions.expect_find_many().returning(move |ids| {
        let state = lock(&shared);
        let found = state.sessions.iter().filter(|session| ids.contains(&session.id));
        Ok(found.cloned().collect())
    });
    let shared = state.clone();
    sessions.expect_commit().returning(move |change| {
        let mut state = lock(&shared);
        if let Some(first) = state.concurrent_change.take() {
            state.change_session(first)?;
        }
        state.change_session(change)
    });
    sessions
}

pub(super) fn fake_passwords(state: Arc<Mutex<State>>) -> MockPasswordHasher {
    let mut passwords = MockPasswordHasher::new();
    passwords.expect_verify().returning(move |password, hash, _| {
        let mut state = lock(&state);
        state.compared.push(hash.clone());
        if let Some(bob) = state.bob_after_comparison.take() {
            state.users[0] = bob;
        }
        Ok(hash == Some(hash_of(password.reveal())))
    });
    passwords.expect_hash().returning(|password, _| Ok(hash_of(password.reveal())));
    passwords
}

pub(super) fn fake_tokens(state: &Arc<Mutex<State>>) -> MockTokenIssuer {
    let mut tokens = MockTokenIssuer::new();
    let shared = state.clone();
    tokens.expect_issue().returning(move |claims| Ok(lock(&shared).sign(claims)));
    let shared = state.clone();
    tokens.expect_read().returning(move |token| {
        let index = token.parse::<usize>().map_err(|_| Failure::TokenNotValid)?;
        lock(&shared).issued.get(index).cloned().ok_or(Failure::TokenNotValid)
    });
    let shared = state.clone();
    tokens.expect_new_session_id().returning(move || SessionId(lock(&shared).new_id()));
    let shared = state.clone();
    tokens.expect_new_token_id().returning(move || TokenId(lock(&shared).new_id()));
    tokens
}

impl State {
    pub(super) fn sign(&mut self, claims: Claims) -> String {
        self.issued.push(claims);
        (self.issued.len() - 1).to_string()
    }

    fn new_id(&mut self) -> String {
        self.ids += 1;
        format!("id {}", self.ids)
    }

    fn change_session(&mut self, change: SessionChange) -> Result<(), Failure> {
        match change {
            SessionChange::Open { session, tokens_valid_from } => {
                let known = self.users.iter().find(|known| known.user.id == session.user);
                User::check_same_password(known.map(|known| &known.user), tokens_valid_from)?;
                self.sessions.push(session);
            }
            SessionChange::Rotate { session, spent, next, expires_at, at } => {
                let session = self.find_session(&session)?;
                if session.refresh != spent || session.revoked_at.is_some() {
                    return Err(Failure::Conflict);
                }
                session.refresh = next;
                session.previous = Some(SpentToken { id: spent, at });
                session.expires_at = expires_at;
            }
            SessionChange::Revoke { session, at } => self.find_session(&session)?.revoke(at),
        }
        Ok(())
    }

    fn find_session(&mut self, id: &SessionId) -> Result<&mut Session, Failure> {
        let mut sessions = self.sessions.iter_mut();
        sessions.find(|session| session.id == *id).ok_or(Failure::Conflict)
    }
}
