//! The API over small ports made by hand: two users, one task, one notification.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use leopard_core::Failure;
use leopard_core::domain::change::{InboxStored, TaskStored};
use leopard_core::domain::id::{NotificationId, TaskId, UserId};
use leopard_core::domain::mailbox::Mailbox;
use leopard_core::domain::notification::{
    MetaInfo, Notification, NotificationRecord, NotificationType,
};
use leopard_core::domain::page::Page;
use leopard_core::domain::priority::Priority;
use leopard_core::domain::status::Status;
use leopard_core::domain::task::{Tags, Task, TaskRecord};
use leopard_core::domain::token::{Claims, TokenKind};
use leopard_core::domain::user::{User, UserRecord};
use leopard_core::port::{
    MockClock, MockNotificationPublisher, MockNotificationRepository, MockNotificationSubscriber,
    MockPasswordHasher, MockSessionRepository, MockTaskRepository, MockTokenIssuer,
    MockUserRepository,
};
use leopard_core::service::accounts::{Accounts, TokenLifetimes};
use leopard_core::service::inbox::Inbox;
use leopard_core::service::stream::{Follow, StreamLimits};
use leopard_core::service::tasks::Tasks;
use leopard_openapi::{CorsOrigins, Health, HealthProbe, HttpSettings, Services, endpoint};
use poem::endpoint::BoxEndpoint;
use poem::test::{TestClient, TestResponse};
use poem::{Response, Route};
use serde_json::Value;

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
                draining: false,
                open_streams: 3,
            },
            cors_origins: CorsOrigins::Any,
            pages: Route::new(),
        }
    }
}

impl World {
    pub(crate) fn client(self) -> Client {
        let clock = Arc::new(clock());
        let users = Arc::new(self.users);
        let notifications = Arc::new(self.notifications);
        let publisher = Arc::new(publisher());
        let services = Services {
            accounts: Accounts {
                users: users.clone(),
                sessions: Arc::new(MockSessionRepository::new()),
                passwords: Arc::new(MockPasswordHasher::new()),
                tokens: Arc::new(tokens()),
                clock: clock.clone(),
                lifetimes: TokenLifetimes {
                    access: TimeDelta::hours(4),
                    refresh: TimeDelta::days(1),
                    stream: TimeDelta::hours(1),
                },
            },
            tasks: Tasks {
                tasks: Arc::new(self.tasks),
                users,
                publisher: publisher.clone(),
                clock: clock.clone(),
            },
            inbox: Inbox {
                notifications: notifications.clone(),
                publisher,
                clock: clock.clone(),
            },
            follow: Follow {
                notifications,
                subscriber: Arc::new(self.subscriber),
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
        TestClient::new(endpoint(services, settings, self.pages))
    }
}

struct FixedHealth(Health);

#[async_trait]
impl HealthProbe for FixedHealth {
    async fn check(&self) -> Health {
        self.0
    }
}

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_765_186_200, 123_456_000).unwrap()
}

fn clock() -> MockClock {
    let mut clock = MockClock::new();
    clock.expect_now().returning(now);
    clock
}

fn publisher() -> MockNotificationPublisher {
    let mut publisher = MockNotificationPublisher::new();
    publisher.expect_publish().returning(|_| ());
    publisher
}

/// A token is what it says: its kind, or `expired`, or `inactive`.
fn tokens() -> MockTokenIssuer {
    let mut tokens = MockTokenIssuer::new();
    tokens.expect_read().returning(|token| {
        let kind = TokenKind::parse(&token).unwrap_or(TokenKind::Access);
        let known = ["access", "refresh", "stream", "expired", "inactive"];
        if !known.contains(&token.as_str()) {
            return Err(Failure::TokenNotValid);
        }
        let lifetime = TimeDelta::minutes(if token == "expired" { -1 } else { 1 });
        Ok(Claims {
            kind,
            user: UserId(if token == "inactive" { 2 } else { 1 }),
            session: None,
            id: None,
            issued_at: None,
            not_before: None,
            expires_at: now() + lifetime,
        })
    });
    tokens
}

fn users() -> MockUserRepository {
    let mut users = MockUserRepository::new();
    users.expect_find_many().returning(|ids| {
        let known = [user(1, "ann", true), user(2, "bob", false)];
        Ok(known
            .into_iter()
            .filter(|user| ids.contains(&user.id))
            .collect())
    });
    users
}

/// A user store that is away.
pub(crate) fn no_users() -> MockUserRepository {
    let mut users = MockUserRepository::new();
    let away = || Failure::Unavailable("secret of the log".to_owned());
    users.expect_find_many().returning(move |_| Err(away()));
    users
}

fn user(id: i64, username: &str, is_active: bool) -> User {
    User::restore(UserRecord {
        id: UserId(id),
        username: username.to_owned(),
        email: String::new(),
        first_name: "Ann".to_owned(),
        last_name: "Hill".to_owned(),
        is_staff: false,
        is_active,
        tokens_valid_from: DateTime::UNIX_EPOCH,
        created_at: DateTime::UNIX_EPOCH,
    })
}

fn tasks() -> MockTaskRepository {
    let mut tasks = MockTaskRepository::new();
    tasks
        .expect_find()
        .returning(|id| Ok((id == TaskId(5)).then(task)));
    tasks.expect_list().returning(|query| {
        Ok(Page {
            total: 3,
            request: query.page,
            items: vec![task()],
        })
    });
    tasks.expect_commit().returning(|change| {
        Ok(TaskStored {
            task: change.insert.into_task(TaskId(6)),
            notifications: vec![],
        })
    });
    tasks
}

fn task() -> Task {
    Task::restore(TaskRecord {
        id: TaskId(5),
        version: 1,
        title: "Call".to_owned(),
        detail: "Now".to_owned(),
        priority: Priority::High,
        status: Status::Pending,
        due_date: DateTime::from_timestamp(1_765_000_000, 0).unwrap(),
        assigned_to: Some(UserId(1)),
        assigned_by: UserId(9),
        created_by: UserId(1),
        updated_by: UserId(1),
        tags: Tags::new(vec!["red".to_owned()]).unwrap(),
        linked_entity: None,
        completed_at: None,
        created_at: now(),
        updated_at: now(),
    })
}

fn notifications() -> MockNotificationRepository {
    let mut store = MockNotificationRepository::new();
    store
        .expect_find()
        .returning(|_, id| Ok((id == NotificationId(8)).then(notification)));
    store.expect_list().returning(|query| {
        Ok(Page {
            total: 1,
            request: query.page,
            items: vec![notification()],
        })
    });
    store.expect_mailboxes().returning(|_| Ok(vec![mailbox()]));
    store.expect_commit().returning(|_| {
        Ok(InboxStored {
            mailbox: mailbox(),
            changed: 1,
        })
    });
    store
}

fn mailbox() -> Mailbox {
    Mailbox {
        user: UserId(1),
        head: 41,
        state: 2,
        unread: 3,
    }
}

fn notification() -> Notification {
    Notification::restore(NotificationRecord {
        id: NotificationId(8),
        sequence: 41,
        recipient: UserId(1),
        kind: NotificationType::TaskAssigned,
        title: "New Task Assigned: Call".to_owned(),
        message: "A new high priority task has been assigned to you.".to_owned(),
        due_date: None,
        meta_info: MetaInfo::Task {
            task_id: TaskId(5),
            priority: Priority::High,
        },
        read_at: None,
        is_completed: false,
        created_at: now(),
        updated_at: now(),
    })
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
