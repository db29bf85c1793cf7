//! The service over fake ports. Bob is active and Eve is not.

use std::sync::{Arc, Mutex, MutexGuard};

use chrono::{DateTime, TimeDelta, Utc};

use super::fake_ports::{State, fake_passwords, fake_sessions, fake_tokens, fake_users, lock};
use crate::Failure;
use crate::domain::account::{
    Claims, ClientNetwork, Credentials, Password, PasswordHash, Session, TokenKind, User,
};
use crate::domain::id::UserId;
use crate::port::{MockApiKeyRepository, MockClock, MockPasswordHasher, MockSecurityLog};
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
    Credentials { user, password: Some(password) }
}

/// The claims of a token without a session that expires in an hour.
pub(super) fn claims(kind: TokenKind, user: UserId) -> Claims {
    Claims {
        kind,
        user,
        session: None,
        id: None,
        issuer: None,
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
        let users = Arc::new(fake_users(&state));
        let accounts = Accounts {
            users: users.clone(),
            uncached_users: users,
            sessions: Arc::new(fake_sessions(&state)),
            api_keys: Arc::new(MockApiKeyRepository::new()),
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
