use std::sync::Mutex;

use super::*;
use crate::domain::account::User;
use crate::domain::id::NotificationId;
use crate::domain::idempotency::{Fingerprint, StoredResult};
use crate::domain::notification::announcement::AnnouncementContent;
use crate::domain::notification::{
    Notification, NotificationEdit, NotificationType, OpaqueObject, Preferences,
};
use crate::port::{
    MockClock, MockNotificationPublisher, MockNotificationRepository, MockSecurityLog,
    MockUserRepository,
};
use crate::service::idempotency::tests::{knowing, request};

const ANN: UserId = UserId(1);
const BOB: UserId = UserId(2);

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

fn client() -> ClientNetwork {
    ClientNetwork::of([192, 0, 2, 1].into())
}

fn user(id: UserId, is_staff: bool) -> User {
    User {
        id,
        username: format!("user{id}"),
        email: String::new(),
        first_name: String::new(),
        last_name: String::new(),
        is_active: true,
        is_staff,
        preferences: Preferences::default(),
        tokens_valid_from: now(),
        created_at: now(),
    }
}

fn content() -> AnnouncementContent {
    AnnouncementContent {
        kind: NotificationType::SystemAlert,
        title: None,
        message: None,
        due_date: None,
        meta_info: OpaqueObject::default(),
    }
}

/// What telling these users makes: the identity of each is ten times the user's.
fn told(users: &[UserId]) -> Vec<Notification> {
    let made = users.iter().map(|user| {
        let new = content().for_user(*user, now());
        Notification {
            id: NotificationId(user.0 * 10),
            sequence: 1,
            recipient: *user,
            kind: new.kind,
            title: new.title,
            message: new.message,
            due_date: new.due_date,
            meta_info: new.subject,
            read_at: None,
            is_completed: false,
            created_at: now(),
            updated_at: now(),
        }
    });
    made.collect()
}

/// That the request of this body has told these users.
fn known(body: &str, users: &[UserId]) -> StoredResult {
    StoredResult {
        fingerprint: Fingerprint(body.to_owned()),
        created_ids: CreatedIds(users.iter().map(|user| user.0 * 10).collect()),
        at: now(),
    }
}

/// The service where this is known of requests and these notifications are left; what comes by a key
/// meets the first that came by it, if there is one. Also, how many were updated for.
fn announcements(
    asked: Option<StoredResult>,
    met: Option<CreatedIds>,
    left: Vec<Notification>,
) -> (Announcements, Arc<Mutex<usize>>) {
    let is_met = met.is_some();
    let mut store = MockNotificationRepository::new();
    store.expect_announce().returning(move |change, key| {
        assert_eq!(key.unwrap().scope.operation, Operation::Announce);
        assert_eq!(change.notifications.len(), 2);
        Ok(match met.clone() {
            Some(made) => Outcome::Replayed(made),
            None => Outcome::Created(told(&[ANN, BOB])),
        })
    });
    store.expect_find_many().returning(move |ids| {
        let left = left.iter().filter(|it| ids.contains(&it.id));
        Ok(left.cloned().collect())
    });
    let mut users = MockUserRepository::new();
    users
        .expect_find_many()
        .returning(|ids| Ok(ids.into_iter().map(|id| user(id, false)).collect()));
    let heard = usize::from(asked.is_none() && !is_met);
    let updated = Arc::new(Mutex::new(0));
    let count = updated.clone();
    let mut publisher = MockNotificationPublisher::new();
    publisher.expect_publish().returning(move |updates| *count.lock().unwrap() += updates.len());
    let mut clock = MockClock::new();
    clock.expect_now().returning(now);
    let mut log = MockSecurityLog::new();
    log.expect_record().times(heard).returning(|event| {
        // Ann sends, and she is no other.
        let kind = SecurityEventKind::NotificationsSent { recipients: 1 };
        assert_eq!(event, Actor::user(ANN, client()).event(kind, Some(BOB)));
    });
    let service = Announcements {
        notifications: Arc::new(store),
        users: Arc::new(users),
        publisher: Arc::new(publisher),
        clock: Arc::new(clock),
        idempotency: knowing(asked),
        security_log: Arc::new(log),
    };
    (service, updated)
}

async fn announce(service: &Announcements) -> Result<(bool, Vec<Notification>), Failure> {
    let told = announce_as(service, &user(ANN, true)).await?;
    let shown = told.value().iter().map(|it| Notification::clone(it));
    Ok((told.is_replayed(), shown.collect()))
}

async fn announce_as(
    service: &Announcements,
    caller: &User,
) -> Result<Outcome<Vec<Arc<Notification>>>, Failure> {
    let key = Some(request("k", "one"));
    let recipients = BTreeSet::from([ANN, BOB]);
    service.announce(caller, recipients, &content(), key, client()).await
}

#[tokio::test]
async fn who_comes_first_tells_everybody() {
    let (service, updated) = announcements(None, None, vec![]);
    assert_eq!(announce(&service).await, Ok((false, told(&[ANN, BOB]))));
    assert_eq!(*updated.lock().unwrap(), 2);
}

#[tokio::test]
async fn who_comes_again_or_at_the_same_time_is_shown_the_same_and_tells_nobody() {
    let all = [ANN, BOB];
    for (asked, met) in
        [(Some(known("one", &all)), None), (None, Some(known("one", &all).created_ids))]
    {
        let (service, updated) = announcements(asked, met, told(&all));
        assert_eq!(announce(&service).await, Ok((true, told(&all))));
        assert_eq!(*updated.lock().unwrap(), 0);
    }
}

#[tokio::test]
async fn another_body_tells_nobody() {
    let (service, updated) = announcements(Some(known("other", &[ANN])), None, vec![]);
    assert_eq!(announce(&service).await, Err(Failure::IdempotencyKeyReused));
    assert_eq!(*updated.lock().unwrap(), 0);
}

#[tokio::test]
async fn what_readers_did_is_theirs_but_what_they_deleted_is_gone() {
    let made = || Some(known("one", &[ANN, BOB]));
    let done = NotificationEdit { read: Some(true), is_completed: Some(true) };
    let later = now() + chrono::TimeDelta::hours(1);
    let read = told(&[BOB])[0].edited(done, later);
    assert!(read.is_read() && read.is_completed);
    let (service, _) = announcements(made(), None, vec![read]);
    assert_eq!(announce(&service).await, Ok((true, told(&[BOB]))));
    let (service, _) = announcements(made(), None, vec![]);
    assert_eq!(announce(&service).await, Err(Failure::NotFound));
}

#[tokio::test]
async fn who_told_nobody_is_told_so_again() {
    let (service, _) = announcements(Some(known("one", &[])), None, vec![]);
    assert_eq!(announce(&service).await, Ok((true, vec![])));
}

#[tokio::test]
async fn who_may_not_tell_any_more_is_shown_nothing() {
    let (service, _) = announcements(Some(known("one", &[ANN])), None, told(&[ANN]));
    let told = announce_as(&service, &user(ANN, false)).await;
    assert_eq!(told, Err(Failure::PermissionDenied));
}
