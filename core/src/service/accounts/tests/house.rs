//! A house with two people: mocks that remember who logged in and what time it is.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};

pub(super) use super::users::{credentials, hash_of, here, password, start};
use crate::Failure;
use crate::domain::account::{
    Claims, Credentials, PasswordHash, SecurityEvent, Session, SpentToken,
};
use crate::domain::change::SessionChange;
use crate::domain::id::{SessionId, TokenId};
use crate::port::{
    MockClock, MockPasswordHasher, MockSecurityLog, MockSessionRepository, MockTokenIssuer,
    MockUserRepository,
};
use crate::service::accounts::{Accounts, LoginLimits, LoginThrottle, TokenLifetimes};
use crate::service::idempotency::tests::knowing;
use crate::service::rate_limiter::RateLimiter;

/// What the mocks remember.
#[derive(Clone)]
pub(super) struct House(Arc<Mutex<Memory>>);

struct Memory {
    user_names: Vec<Credentials>,
    sessions: Vec<Session>,
    /// Who Bob is by the time that a password has been compared.
    meanwhile: Option<Credentials>,
    /// What somebody else commits just before the next commit.
    rival: Option<SessionChange>,
    /// The token at each place is called by the number of that place.
    issued: Vec<Claims>,
    identities: usize,
    /// What passwords were compared with.
    compared: Vec<Option<PasswordHash>>,
    events: Vec<SecurityEvent>,
    now: DateTime<Utc>,
}

impl House {
    /// Bob is 7 and active, Eve is 8 and is not.
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Memory {
            user_names: vec![credentials(7, "bob", true), credentials(8, "eve", false)],
            sessions: vec![],
            meanwhile: None,
            rival: None,
            issued: vec![],
            identities: 0,
            compared: vec![],
            events: vec![],
            now: start(),
        })))
    }

    fn with<T>(&self, act: impl FnOnce(&mut Memory) -> T) -> T {
        act(&mut self.0.lock().unwrap())
    }

    /// Time goes by.
    pub(super) fn wait(&self, span: TimeDelta) {
        self.with(|memory| memory.now += span);
    }

    /// Somebody deactivates Bob, or not any more.
    pub(super) fn set_active(&self, is_active: bool) {
        self.with(|memory| memory.user_names[0] = credentials(7, "bob", is_active));
    }

    /// Somebody changes Bob while a password is compared.
    pub(super) fn let_bob_change_meanwhile(&self, bob: Credentials) {
        self.with(|memory| memory.meanwhile = Some(bob));
    }

    /// Somebody else is faster next time.
    pub(super) fn let_a_rival_commit(&self, change: SessionChange) {
        self.with(|memory| memory.rival = Some(change));
    }

    /// A token that says this, rightly signed, by whomever.
    pub(super) fn sign(&self, claims: Claims) -> String {
        self.with(|memory| {
            memory.issued.push(claims);
            (memory.issued.len() - 1).to_string()
        })
    }

    /// What a token says.
    pub(super) fn claims(&self, token: &str) -> Claims {
        self.with(|memory| memory.issued[token.parse::<usize>().unwrap()].clone())
    }

    pub(super) fn sessions(&self) -> Vec<Session> {
        self.with(|memory| memory.sessions.clone())
    }

    pub(super) fn compared(&self) -> Vec<Option<PasswordHash>> {
        self.with(|memory| memory.compared.clone())
    }

    /// The service, over mocks of this house.
    pub(super) fn accounts(&self) -> Accounts {
        self.accounts_with(self.users())
    }

    /// The service with other users.
    pub(super) fn accounts_with(&self, users: MockUserRepository) -> Accounts {
        let mut clock = MockClock::new();
        let house = self.clone();
        clock.expect_now().returning(move || house.with(|memory| memory.now));
        Accounts {
            users: Arc::new(users),
            sessions: Arc::new(self.session_store()),
            passwords: Arc::new(self.passwords()),
            tokens: Arc::new(self.tokens()),
            clock: Arc::new(clock),
            auth_cache: Arc::default(),
            throttle: Arc::new(LoginThrottle::new(LoginLimits { per_minute: 0, per_hour: 0 })),
            security_log: Arc::new(self.security_log()),
            requests: Arc::new(RateLimiter::per_minute(0)),
            idempotency: knowing(None),
            lifetimes: TokenLifetimes {
                access: TimeDelta::hours(4),
                refresh: TimeDelta::days(1),
                stream: TimeDelta::hours(1),
                refresh_grace: TimeDelta::seconds(20),
                session: Some(TimeDelta::days(90)),
            },
        }
    }

    /// Users who can be found.
    pub(super) fn users(&self) -> MockUserRepository {
        let mut users = MockUserRepository::new();
        let house = self.clone();
        users.expect_find_credentials().returning(move |name| {
            let named = |person: &&Credentials| person.user.username == name;
            Ok(house.with(|memory| memory.user_names.iter().find(named).cloned()))
        });
        let house = self.clone();
        users.expect_find_many().returning(move |ids| {
            let user_names = house.with(|memory| memory.user_names.clone());
            let users = user_names.into_iter().map(|person| person.user);
            Ok(users.filter(|user| ids.contains(&user.id)).collect())
        });
        users
    }

    fn session_store(&self) -> MockSessionRepository {
        let mut sessions = MockSessionRepository::new();
        let house = self.clone();
        sessions.expect_find_many().returning(move |ids| {
            let known = house.sessions().into_iter();
            let found = known.filter(|session| ids.contains(&session.id));
            Ok(found.collect())
        });
        let house = self.clone();
        sessions.expect_commit().returning(move |change| {
            house.with(|memory| {
                if let Some(rival) = memory.rival.take() {
                    memory.store(rival)?;
                }
                memory.store(change)
            })
        });
        sessions
    }

    /// What the security log has heard.
    pub(super) fn events(&self) -> Vec<SecurityEvent> {
        self.with(|memory| memory.events.clone())
    }

    fn security_log(&self) -> MockSecurityLog {
        let mut log = MockSecurityLog::new();
        let house = self.clone();
        log.expect_record().returning(move |event| house.with(|memory| memory.events.push(event)));
        log
    }

    fn passwords(&self) -> MockPasswordHasher {
        let mut passwords = MockPasswordHasher::new();
        let house = self.clone();
        passwords.expect_verify().returning(move |password, hash, _| {
            house.with(|memory| {
                memory.compared.push(hash.clone());
                if let Some(bob) = memory.meanwhile.take() {
                    memory.user_names[0] = bob;
                }
            });
            Ok(hash == Some(hash_of(password.reveal())))
        });
        passwords.expect_hash().returning(|password, _| Ok(hash_of(password.reveal())));
        passwords
    }

    fn tokens(&self) -> MockTokenIssuer {
        let mut tokens = MockTokenIssuer::new();
        let house = self.clone();
        tokens.expect_issue().returning(move |claims| Ok(house.sign(claims)));
        let house = self.clone();
        tokens.expect_read().returning(move |token| {
            let place = token.parse::<usize>().map_err(|_| Failure::TokenNotValid)?;
            let claims = house.with(|memory| memory.issued.get(place).cloned());
            claims.ok_or(Failure::TokenNotValid)
        });
        let house = self.clone();
        tokens.expect_new_session_id().returning(move || SessionId(house.identity()));
        let house = self.clone();
        tokens.expect_new_token_id().returning(move || TokenId(house.identity()));
        tokens
    }

    fn identity(&self) -> String {
        self.with(|memory| {
            memory.identities += 1;
            format!("identity {}", memory.identities)
        })
    }
}

impl Memory {
    fn session(&mut self, id: &SessionId) -> Result<&mut Session, Failure> {
        let mut sessions = self.sessions.iter_mut();
        let found = sessions.find(|session| session.id == *id);
        found.ok_or(Failure::Conflict)
    }

    fn store(&mut self, change: SessionChange) -> Result<(), Failure> {
        match change {
            SessionChange::Open { session, tokens_valid_from } => {
                let mut user_names = self.user_names.iter().map(|person| &person.user);
                let unchanged = user_names.any(|user| {
                    user.id == session.user
                        && user.is_active
                        && user.tokens_valid_from == tokens_valid_from
                });
                if !unchanged {
                    return Err(Failure::Conflict);
                }
                self.sessions.push(session);
            }
            SessionChange::Rotate { session, spent, next, expires_at, at } => {
                let session = self.session(&session)?;
                if session.refresh != spent || session.revoked_at.is_some() {
                    return Err(Failure::Conflict);
                }
                session.refresh = next;
                session.previous = Some(SpentToken { id: spent, at });
                session.expires_at = expires_at;
            }
            SessionChange::Revoke { session, at } => {
                self.session(&session)?.revoked_at = Some(at);
            }
        }
        Ok(())
    }
}
