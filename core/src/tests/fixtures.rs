//! Values and fake ports of the unit tests.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};

use crate::Failure;
use crate::domain::account::{ClientNetwork, Login, User, UserKind};
use crate::domain::id::{NotificationId, SessionId, TaskId, UserId};
use crate::domain::idempotency::{CreatedIds, Fingerprint, KeyName, RequestKey, StoredResult};
use crate::domain::notification::{
    MailboxUpdate, MetaInfo, NewNotification, Notification, NotificationType, Preferences,
    TypeCatalog,
};
use crate::domain::task::{NewTask, Priority, Tags};
use crate::domain::text::Text;
use crate::port::{
    MockClock, MockFingerprinter, MockIdempotencyRepository, MockNotificationPublisher,
    MockNotificationTypeRepository, MockUserRepository,
};
use crate::service::idempotency::Idempotency;

/// Staff.
pub(crate) const ANN: UserId = UserId(1);
pub(crate) const BOB: UserId = UserId(2);
/// Inactive.
pub(crate) const EVE: UserId = UserId(3);
pub(crate) const ZOE: UserId = UserId(4);
pub(crate) const MIA: UserId = UserId(5);
/// No user has this id.
pub(crate) const UNKNOWN: UserId = UserId(99);

/// The time of the fixed clock.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

/// A user with the rights of this id, created a month ago.
pub(crate) fn user(id: UserId) -> User {
    let (username, first_name, last_name) = match id {
        ANN => ("ann", "Ann", "Archer"),
        BOB => ("bob", "Bob", ""),
        EVE => ("eve", "", ""),
        MIA => ("mia", "", ""),
        _ => ("zoe", "", ""),
    };
    let created_at = now() - TimeDelta::days(30);
    User {
        id,
        kind: UserKind::Person,
        username: username.to_owned(),
        external_id: None,
        email: String::new(),
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        is_staff: id == ANN,
        is_active: id != EVE,
        preferences: Preferences::default(),
        tokens_valid_from: created_at,
        created_at,
    }
}

/// A login whose token was issued now.
pub(crate) fn login(user: UserId, session: Option<&str>) -> Login {
    let session = session.map(|id| SessionId(id.to_owned()));
    Login { user, session, issued_at: Some(now()), key: None, issuer: None }
}

/// The network of the client.
pub(crate) fn network() -> ClientNetwork {
    ClientNetwork::of([192, 0, 2, 1].into())
}

/// A task of Bob that is due in two days. Zoe assigned it, Eve created it.
pub(crate) fn new_task() -> NewTask {
    NewTask {
        title: Text::new("Test SSE Notification".to_owned()).unwrap(),
        detail: Text::new("Look at the stream".to_owned()).unwrap(),
        priority: Priority::High,
        due_date: Some(now() + TimeDelta::days(2)),
        assigned_to: Some(BOB),
        assigned_by: ZOE,
        created_by: EVE,
        tags: Tags::default(),
        linked_entity: None,
        created_at: now(),
    }
}

/// A new notification with empty texts.
pub(crate) fn new_notification<S>(
    recipient: UserId,
    kind: NotificationType,
    subject: S,
) -> NewNotification<S> {
    NewNotification {
        recipient,
        kind,
        title: String::new(),
        message: String::new(),
        url: None,
        due_date: None,
        subject,
        created_at: now(),
    }
}

/// An unread notification of Bob. Its id is greater than its sequence by 100.
pub(crate) fn notification(sequence: i64) -> Notification {
    let subject = MetaInfo::Task { task_id: TaskId(1), priority: Priority::Low };
    new_notification(BOB, NotificationType::TASK_ASSIGNED, subject)
        .into_notification(NotificationId(100 + sequence), sequence)
}

/// An update without a notification.
pub(crate) fn mailbox_update(user: UserId, head: i64, revision: i64) -> MailboxUpdate {
    MailboxUpdate { user, head, revision, notification: None }
}

/// The failure of a store that cannot be reached.
pub(crate) fn unavailable() -> Failure {
    Failure::Unavailable("away".to_owned())
}

/// What a mock has received; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Recorder<T>(Arc<Mutex<Vec<T>>>);

impl<T> Default for Recorder<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Recorder<T> {
    pub(crate) fn push(&self, value: T) {
        self.0.lock().unwrap().push(value);
    }

    /// Everything since the last call.
    pub(crate) fn take(&self) -> Vec<T> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T: Clone> Recorder<T> {
    pub(crate) fn all(&self) -> Vec<T> {
        self.0.lock().unwrap().clone()
    }
}

/// A clock that does not advance.
pub(crate) fn fixed_clock() -> Arc<MockClock> {
    let mut clock = MockClock::new();
    clock.expect_now().returning(now);
    Arc::new(clock)
}

/// A publisher that records the updates.
pub(crate) fn publisher(updates: &Recorder<MailboxUpdate>) -> Arc<MockNotificationPublisher> {
    let mut publisher = MockNotificationPublisher::new();
    let updates = updates.clone();
    publisher
        .expect_publish()
        .returning(move |published| published.into_iter().for_each(|it| updates.push(it)));
    Arc::new(publisher)
}

/// A store that has every user but [`UNKNOWN`], as `user` makes them.
pub(crate) fn users(user: impl Fn(UserId) -> User + Send + 'static) -> MockUserRepository {
    let mut users = MockUserRepository::new();
    users.expect_find_many().returning(move |ids| {
        let known = ids.into_iter().filter(|id| *id != UNKNOWN);
        Ok(known.map(&user).collect())
    });
    users
}

/// A store without definitions of types.
pub(crate) fn built_in_types() -> Arc<MockNotificationTypeRepository> {
    let mut types = MockNotificationTypeRepository::new();
    types.expect_catalog().returning(|| Ok(Arc::new(TypeCatalog::default())));
    Arc::new(types)
}

/// A request with this key and body.
pub(crate) fn request_key(name: &str, body: &str) -> RequestKey {
    RequestKey { name: KeyName::new(name.to_owned()).unwrap(), body: body.as_bytes().to_vec() }
}

/// The result of a request with this body, stored now.
pub(crate) fn stored_result(body: &str, ids: &[i64]) -> StoredResult {
    StoredResult {
        fingerprint: Fingerprint(body.to_owned()),
        created_ids: CreatedIds(ids.to_vec()),
        at: now(),
    }
}

/// The service with this stored result for every key.
pub(crate) fn idempotency(stored: Option<StoredResult>) -> Idempotency {
    let mut repository = MockIdempotencyRepository::new();
    repository.expect_find().returning(move |_| Ok(stored.clone()));
    idempotency_over(repository)
}

/// The service over this repository; the fingerprint of a request is its body.
pub(crate) fn idempotency_over(repository: MockIdempotencyRepository) -> Idempotency {
    let mut fingerprinter = MockFingerprinter::new();
    fingerprinter
        .expect_fingerprint()
        .returning(|_, body| Ok(Fingerprint(String::from_utf8(body).unwrap())));
    Idempotency {
        idempotency: Arc::new(repository),
        fingerprinter: Arc::new(fingerprinter),
        clock: fixed_clock(),
    }
}
