//! The ports: what the core needs from outside, one trait per file.
//!
//! Methods take and return plain owned data, so that mocks can compare it. Lists of ids may hold duplicates.
//! A commit is one transaction: all of a change is stored, or none of it. [`Failure::Unavailable`] does not
//! say which of the two if the answer of the store was lost.
//!
//! [`Failure::Unavailable`]: crate::Failure::Unavailable

mod api_key_repository;
mod clock;
mod fingerprinter;
mod idempotency_repository;
mod notification_publisher;
mod notification_relay;
mod notification_repository;
mod notification_subscriber;
mod notification_type_repository;
mod password_hasher;
mod security_log;
mod session_repository;
mod store;
mod stream_presence;
mod task_repository;
mod token_issuer;
mod user_repository;

pub use api_key_repository::ApiKeyRepository;
pub use clock::Clock;
pub use fingerprinter::Fingerprinter;
pub use idempotency_repository::IdempotencyRepository;
pub use notification_publisher::NotificationPublisher;
pub use notification_relay::{Missed, NotificationRelay};
pub use notification_repository::{InboxQuery, NotificationRepository};
pub use notification_subscriber::{
    CloseReason, NotificationSubscriber, Signal, Subscription, SubscriptionRequest,
};
pub use notification_type_repository::NotificationTypeRepository;
pub use password_hasher::PasswordHasher;
pub use security_log::SecurityLog;
pub use session_repository::SessionRepository;
pub use store::Store;
pub use stream_presence::StreamPresence;
pub use task_repository::{GrantQuery, TaskQuery, TaskRepository};
pub use token_issuer::TokenIssuer;
pub use user_repository::{UserQuery, UserRepository};

#[cfg(any(test, feature = "mock"))]
pub use self::{
    api_key_repository::MockApiKeyRepository,
    clock::MockClock,
    fingerprinter::MockFingerprinter,
    idempotency_repository::MockIdempotencyRepository,
    notification_publisher::MockNotificationPublisher,
    notification_relay::MockNotificationRelay,
    notification_repository::MockNotificationRepository,
    notification_subscriber::{MockNotificationSubscriber, MockSubscription},
    notification_type_repository::MockNotificationTypeRepository,
    password_hasher::MockPasswordHasher,
    security_log::MockSecurityLog,
    session_repository::MockSessionRepository,
    stream_presence::MockStreamPresence,
    task_repository::MockTaskRepository,
    token_issuer::MockTokenIssuer,
    user_repository::MockUserRepository,
};
