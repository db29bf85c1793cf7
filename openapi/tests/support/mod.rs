//! The API over mocked ports.
mod ports;

use std::sync::Arc;

use async_trait::async_trait;
use leopard_core::port::{
    MockApiKeyRepository, MockFingerprinter, MockIdempotencyRepository, MockNotificationRepository,
    MockNotificationSubscriber, MockNotificationTypeRepository, MockPasswordHasher,
    MockSecurityLog, MockSessionRepository, MockTaskRepository, MockUserRepository,
};
use leopard_core::{Core, Ports, Repositories, Settings};
use leopard_openapi::{BrokerHealth, Health, HealthProbe, HttpSettings, endpoint};
use poem::endpoint::BoxEndpoint;
use poem::test::{TestClient, TestResponse};
use poem::{Response, Route};
use serde_json::Value;

use ports::{clock, notifications, publisher, tasks, tokens, users};
pub(crate) use ports::{no_users, now, unchanged_notifications, unchanged_tasks};

/// A client of the API.
pub(crate) type Client = TestClient<BoxEndpoint<'static, Response>>;

/// The first user's access token as a header.
pub(crate) const ANN: &str = "Bearer access";

/// The access token of a user who is staff, as a header.
pub(crate) const STAFF: &str = "Bearer staff";

/// The API under test and its ports, which a test may replace.
pub(crate) struct TestApi {
    pub(crate) users: MockUserRepository,
    pub(crate) tasks: MockTaskRepository,
    pub(crate) notifications: MockNotificationRepository,
    pub(crate) notification_types: MockNotificationTypeRepository,
    pub(crate) subscriber: MockNotificationSubscriber,
    pub(crate) health: Health,
    pub(crate) settings: HttpSettings,
    pub(crate) pages: Route,
}

impl Default for TestApi {
    fn default() -> Self {
        Self {
            users: users(),
            tasks: tasks(),
            notifications: notifications(),
            notification_types: ports::notification_types(),
            subscriber: MockNotificationSubscriber::new(),
            health: Health {
                database: true,
                broker: BrokerHealth::Up,
                draining: false,
                open_streams: 3,
                open_files_limit: 1_024,
            },
            settings: HttpSettings::default(),
            pages: Route::new(),
        }
    }
}

impl TestApi {
    pub(crate) fn client(self) -> Client {
        TestClient::new(self.endpoint()).default_header("Host", "leopard.example")
    }

    /// A client that sends the first user's access token.
    pub(crate) fn ann(self) -> Client {
        self.client().default_header("Authorization", ANN)
    }

    pub(crate) fn endpoint(self) -> BoxEndpoint<'static, Response> {
        let users = Arc::new(self.users);
        let ports = Ports {
            repositories: Repositories {
                tasks: Arc::new(self.tasks),
                notifications: Arc::new(self.notifications),
                notification_types: Arc::new(self.notification_types),
                users: users.clone(),
                uncached_users: users,
                sessions: Arc::new(MockSessionRepository::new()),
                api_keys: Arc::new(MockApiKeyRepository::new()),
                idempotency: Arc::new(MockIdempotencyRepository::new()),
            },
            publisher: Arc::new(publisher()),
            subscriber: Arc::new(self.subscriber),
            presence: Arc::new(ports::no_streams_elsewhere()),
            relay: None,
            passwords: Arc::new(MockPasswordHasher::new()),
            tokens: Arc::new(tokens()),
            fingerprinter: Arc::new(MockFingerprinter::new()),
            security_log: Arc::new(MockSecurityLog::new()),
            clock: Arc::new(clock()),
        };
        let mut settings = Settings::default();
        settings.requests_per_minute = 0;
        settings.tasks_per_minute = 0;
        let core = Core::new(ports, &settings);
        endpoint(core, Arc::new(FixedHealth(self.health)), self.settings, self.pages)
    }
}

struct FixedHealth(Health);

#[async_trait]
impl HealthProbe for FixedHealth {
    async fn check(&self) -> Health {
        self.0
    }
}

/// The JSON of a response.
pub(crate) async fn json(response: TestResponse) -> Value {
    response.0.into_body().into_json().await.unwrap()
}

/// Asserts that the response is a problem with this status and code, and returns it.
pub(crate) async fn problem(response: TestResponse, status: u16, code: &str) -> Value {
    let headers = response.0.headers().clone();
    assert_eq!(response.0.status().as_u16(), status);
    assert_eq!(headers["content-type"], "application/problem+json");
    let problem = json(response).await;
    assert_eq!(problem["code"], code, "{problem}");
    assert_eq!(problem["status"], status);
    assert_eq!(problem["type"], "about:blank");
    assert_eq!(problem["request_id"], headers["x-request-id"].to_str().unwrap());
    for member in ["title", "detail"] {
        assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()));
    }
    assert_eq!(problem.get("errors").is_some(), code == "invalid");
    assert_eq!(headers.contains_key("www-authenticate"), status == 401);
    problem
}
