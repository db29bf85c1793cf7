//! The service over fake ports. Bob is active and Eve is not.

use std::sync::{Arc, Mutex, MutexGuard};

use chrono::{DateTime, TimeDelta, Utc};

use crate::Failure;
use crate::domain::account::{
    Claims, ClientNetwork, Credentials, Password, PasswordHash, SecurityEvent, Session, SpentToken,
    TokenKind, User,
};
use crate::domain::change::{SessionChange, UserChange};
use crate::domain::id::{SessionId, TokenId, UserId};
use crate::domain::idempotency::Outcome;
use crate::domain::page::Page;
use crate::port::{
    MockClock, MockPasswordHasher, MockSecurityLog, MockSessionRepository, MockTokenIssuer,
    MockUserRepository, UserQuery,
};
use crate::service::accounts::{
    Accounts, Caller, LoginLimits, LoginThrottle, TokenLifetimes, TokenPair,
};
use crate::service::rate_limiter::RateLimiter;
use crate::tests::fixtures::{BOB, EVE, ZOE, idempotency, network, now, user};

/// The time at the start: half a second after a whole one.
pub(super) fn start() -> DateTime<Utc> {
    now() + TimeDelta::milliseconds(500)
}

pub(super) fn password(text: &str) -> Password {
    Password::new(text.to_owned())
}

pub(super) fn hash_of(password: &str) -> PasswordHash {
    PasswordHash(format!("hash of {password}"))
}

/// A user whose password is the username and "'s secret".
pub(super) fn credentials(user: User) -> Credentials {
    let password = hash_of(&format!("{}'s secret", user.username));
    Credentials { user, password }
}

/// The claims of a token without a session that expires in an hour.
pub(super) fn claims(kind: TokenKind, user: UserId) -> Claims {
    Claims {
        kind,
        user,
        session: None,
        id: None,
        issued_at: Some(start()),
        not_before: None,
        expires_at: start() + TimeDelta::hours(1),
    }
}

/// A hasher that never compares a password.
pub(super) fn failing_hasher(failure: Failure) -> Arc<MockPasswordHasher> {
    let mut passwords = MockPasswordHasher::new();
    passwords.expect_verify().returning(move |_, _, _| Err(failure.clone()));
    Arc::new(passwords)
}

/// The service, and the state of its fake ports.
pub(super) struct AccountsFixture {
    pub(super) accounts: Accounts,
    state: Arc<Mutex<State>>,
}

pub(super) struct State {
    pub(super) users: Vec<Credentials>,
    pub(super) sessions: Vec<Session>,
    pub(super) now: DateTime<Utc>,
    /// The claims of each token; a token is its index.
    issued: Vec<Claims>,
    ids: usize,
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

impl AccountsFixture {
    pub(super) fn new() -> Self {
        let state = Arc::new(Mutex::new(State {
            users: vec![credentials(user(BOB)), credentials(user(EVE))],
            sessions: vec![],
            now: start(),
            issued: vec![],
            ids: 0,
            compared: vec![],
            events: vec![],
            bob_after_comparison: None,
            concurrent_change: None,
            user_changes: vec![],
            user_change_result: Ok(user(ZOE)),
            user_queries: vec![],
            user_count: 2,
        }));
        let mut clock = MockClock::new();
        let shared = state.clone();
        clock.expect_now().returning(move || lock(&shared).now);
        let mut security_log = MockSecurityLog::new();
        let shared = state.clone();
        security_log.expect_record().returning(move |event| lock(&shared).events.push(event));
        let accounts = Accounts {
            users: Arc::new(fake_users(&state)),
            sessions: Arc::new(fake_sessions(&state)),
            passwords: Arc::new(fake_passwords(state.clone())),
            tokens: Arc::new(fake_tokens(&state)),
            clock: Arc::new(clock),
            auth_cache: Arc::default(),
            throttle: throttle(0, 0),
            security_log: Arc::new(security_log),
            requests: Arc::new(RateLimiter::per_minute(0)),
            idempotency: idempotency(None),
            lifetimes: TokenLifetimes {
                access: TimeDelta::hours(4),
                refresh: TimeDelta::days(1),
                stream: TimeDelta::hours(1),
                refresh_grace: TimeDelta::seconds(20),
                session: Some(TimeDelta::days(90)),
            },
        };
        Self { accounts, state }
    }

    /// With limits of log-in attempts; 0 for no limit.
    pub(super) fn with_login_limits(per_minute: u32, per_hour: u32) -> Self {
        let mut fixture = Self::new();
        fixture.accounts.throttle = throttle(per_minute, per_hour);
        fixture
    }

    /// With this result of every user change.
    pub(super) fn with_user_change_result(result: Result<User, Failure>) -> Self {
        let fixture = Self::new();
        fixture.state().user_change_result = result;
        fixture
    }

    /// Do not hold it during a call of the service.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub(super) fn wait(&self, span: TimeDelta) {
        self.state().now += span;
    }

    pub(super) fn set_active(&self, is_active: bool) {
        self.state().users[0].user.is_active = is_active;
    }

    /// The first session.
    pub(super) fn session(&self) -> Session {
        self.state().sessions[0].clone()
    }

    /// A signed token with these claims.
    pub(super) fn sign(&self, claims: Claims) -> String {
        self.state().sign(claims)
    }

    pub(super) fn claims(&self, token: &str) -> Claims {
        self.state().issued[token.parse::<usize>().unwrap()].clone()
    }

    pub(super) async fn log_in(&self, name: &str, text: &str) -> Result<TokenPair, Failure> {
        self.accounts.log_in(name.to_owned(), password(text), network()).await
    }

    /// Logs in without a look at the tokens.
    pub(super) async fn try_log_in_from(
        &self,
        network: ClientNetwork,
        name: &str,
        text: &str,
    ) -> Result<(), Failure> {
        self.accounts.log_in(name.to_owned(), password(text), network).await.map(drop)
    }

    pub(super) async fn log_in_bob(&self) -> TokenPair {
        self.log_in("bob", "bob's secret").await.unwrap()
    }

    pub(super) async fn refresh(&self, token: &str) -> Result<TokenPair, Failure> {
        self.accounts.refresh(token.to_owned(), network()).await
    }

    /// Authenticates by an access token.
    pub(super) async fn authenticate(&self, token: &str) -> Result<Caller, Failure> {
        self.accounts.authenticate(Some(token.to_owned()), &[TokenKind::Access]).await
    }
}

pub(super) fn throttle(per_minute: u32, per_hour: u32) -> Arc<LoginThrottle> {
    Arc::new(LoginThrottle::new(LoginLimits { per_minute, per_hour }))
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap()
}

fn fake_users(state: &Arc<Mutex<State>>) -> MockUserRepository {
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

fn fake_sessions(state: &Arc<Mutex<State>>) -> MockSessionRepository {
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

fn fake_passwords(state: Arc<Mutex<State>>) -> MockPasswordHasher {
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

fn fake_tokens(state: &Arc<Mutex<State>>) -> MockTokenIssuer {
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
    fn sign(&mut self, claims: Claims) -> String {
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
