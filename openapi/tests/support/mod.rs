//! The API over small ports made by hand.

mod ports;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use leopard_core::port::{
    MockFingerprinter, MockIdempotencyRepository, MockNotificationRepository,
    MockNotificationSubscriber, MockPasswordHasher, MockSecurityLog, MockSessionRepository,
    MockTaskRepository, MockUserRepository,
};
use leopard_core::service::accounts::{Accounts, LoginLimits, LoginThrottle, TokenLifetimes};
use leopard_core::service::idempotency::Idempotency;
use leopard_core::service::notifications::{Announcements, Inbox};
use leopard_core::service::rate_limiter::RateLimiter;
use leopard_core::service::tasks::Tasks;
use leopard_core::stream::{StreamLimits, Streams};
use leopard_openapi::{
    BrokerHealth, CorsOrigins, Health, HealthProbe, HttpSettings, Services, endpoint,
};
use poem::endpoint::BoxEndpoint;
use poem::test::{TestClient, TestResponse};
use poem::{Response, Route};
use serde_json::Value;

use ports::{clock, notifications, publisher, tasks, tokens, users};
pub(crate) use ports::{no_users, now};

/// A client of the API.
pub(crate) type Client = TestClient<BoxEndpoint<'static, Response>>;

/// The first user's access token as a header.
pub(crate) const ANN: &str = "Bearer access";

/// What a test may want to be otherwise.
pub(crate) struct World {
    pub(crate) users: MockUserRepository,
    pub(crate) tasks: MockTaskRepository,
    pub(crate) notifications: MockNotificationRepository,
    pub(crate) subscriber: MockNotificationSubscriber,
    pub(crate) health: Health,
    pub(crate) cors_origins: CorsOrigins,
    pub(crate) pages: Route,
}

impl Default for World {
    fn default() -> Self {
        Self {
            users: users(),
            tasks: tasks(),
            notifications: notifications(),
            subscriber: MockNotificationSubscriber::new(),
            health: Health {
                database: true,
                broker: BrokerHealth::Up,
                draining: false,
                open_streams: 3,
                open_files_limit: 1_024,
            },
            cors_origins: CorsOrigins::Any,
            pages: Route::new(),
        }
    }
}

impl World {
    pub(crate) fn client(self) -> Client {
        TestClient::new(self.endpoint()).default_header("Host", "leopard.example")
    }

    pub(crate) fn endpoint(self) -> BoxEndpoint<'static, Response> {
        let clock = Arc::new(clock());
        let users = Arc::new(self.users);
        let notifications = Arc::new(self.notifications);
        let publisher = Arc::new(publisher());
        let security_log = Arc::new(MockSecurityLog::new());
        let idempotency = Idempotency {
            idempotency: Arc::new(MockIdempotencyRepository::new()),
            fingerprinter: Arc::new(MockFingerprinter::new()),
            clock: clock.clone(),
        };
        let services = Services {
            accounts: Accounts {
                users: users.clone(),
                sessions: Arc::new(MockSessionRepository::new()),
                passwords: Arc::new(MockPasswordHasher::new()),
                tokens: Arc::new(tokens()),
                clock: clock.clone(),
                auth_cache: Arc::default(),
                throttle: Arc::new(LoginThrottle::new(LoginLimits {
                    per_minute: 0,
                    per_hour: 0,
                })),
                security_log: security_log.clone(),
                requests: Arc::new(RateLimiter::per_minute(0)),
                idempotency: idempotency.clone(),
                lifetimes: TokenLifetimes {
                    access: TimeDelta::hours(4),
                    refresh: TimeDelta::days(1),
                    stream: TimeDelta::hours(1),
                    refresh_grace: TimeDelta::seconds(20),
                    session: None,
                },
            },
            tasks: Tasks {
                tasks: Arc::new(self.tasks),
                users: users.clone(),
                publisher: publisher.clone(),
                clock: clock.clone(),
                idempotency: idempotency.clone(),
                task_locks: Arc::default(),
                creations: Arc::new(RateLimiter::per_minute(0)),
            },
            announcements: Announcements {
                notifications: notifications.clone(),
                users: users.clone(),
                publisher: publisher.clone(),
                clock: clock.clone(),
                idempotency,
                security_log,
            },
            inbox: Inbox {
                notifications: notifications.clone(),
                publisher,
                clock: clock.clone(),
            },
            streams: Streams {
                notifications,
                subscriber: Arc::new(self.subscriber),
                presence: Arc::new(ports::no_streams_elsewhere()),
                clock: clock.clone(),
                limits: StreamLimits {
                    replay_limit: 1000,
                    heartbeat_seconds: 30,
                },
            },
            clock,
            health: Arc::new(FixedHealth(self.health)),
        };
        let settings = HttpSettings {
            cors_origins: self.cors_origins,
            trusted_proxies: vec![],
        };
        endpoint(services, settings, self.pages)
    }
}

struct FixedHealth(Health);

#[async_trait]
impl HealthProbe for FixedHealth {
    async fn check(&self) -> Health {
        self.0
    }
}

/// The JSON of an answer.
pub(crate) async fn json(response: TestResponse) -> Value {
    response.0.into_body().into_json().await.unwrap()
}

/// Asserts that the answer is an error in the one shape, and hands it out.
pub(crate) async fn problem(response: TestResponse, status: u16, code: &str) -> Value {
    let headers = response.0.headers().clone();
    assert_eq!(response.0.status().as_u16(), status);
    assert_eq!(headers["content-type"], "application/problem+json");
    let problem = json(response).await;
    assert_eq!(problem["code"], code, "{problem}");
    assert_eq!(problem["status"], status);
    assert_eq!(problem["type"], "about:blank");
    assert_eq!(
        problem["request_id"],
        headers["x-request-id"].to_str().unwrap()
    );
    for member in ["title", "detail"] {
        assert!(
            problem[member]
                .as_str()
                .is_some_and(|text| !text.is_empty())
        );
    }
    assert_eq!(problem.get("errors").is_some(), code == "invalid");
    assert_eq!(headers.contains_key("www-authenticate"), status == 401);
    problem
}
