use std::collections::BTreeSet;

use super::*;
use crate::domain::id::{NotificationId, UserId};
use crate::domain::idempotency::StoredResult;
use crate::domain::notification::{
    NotificationEdit, NotificationType, OpaqueObject, Preferences, StoredType, TypeDefinition,
    TypeRequest,
};
use crate::port::{MockNotificationRepository, MockSecurityLog};
use crate::tests::fixtures::{
    ANN, BOB, Recorder, UNKNOWN, built_in_types, fixed_clock, idempotency, network, now, publisher,
    request_key, stored_result, user, users,
};

fn to_both() -> Recipients {
    Recipients::new(BTreeSet::from([ANN, BOB]), vec![]).unwrap()
}

fn content() -> AnnouncementContent {
    AnnouncementContent {
        kind: NotificationType::SYSTEM_ALERT,
        title: None,
        message: None,
        url: None,
        due_date: None,
        meta_info: OpaqueObject::default(),
    }
}

fn alert() -> TypeDefinition {
    TypeRequest::default().define(NotificationType::SYSTEM_ALERT).unwrap()
}

/// The notifications of these users. The id of each is ten times the user's.
fn sent_to(users: &[UserId]) -> Vec<Notification> {
    let notification = |user: &UserId| {
        let new = content().for_user(&alert(), *user, now());
        new.into_notification(NotificationId(user.0 * 10), 1)
    };
    users.iter().map(notification).collect()
}

/// The stored result of a request with this body that has notified these users.
fn announced(body: &str, users: &[UserId]) -> StoredResult {
    let ids: Vec<_> = users.iter().map(|user| user.0 * 10).collect();
    stored_result(body, &ids)
}

/// The service, and the updates that it publishes.
struct Fixture {
    service: Announcements,
    updates: Recorder<MailboxUpdate>,
}

impl Fixture {
    /// `found` is what the lookup of the key finds, `at_commit` what a concurrent request has created by
    /// the commit, and `left` are the notifications that are not deleted.
    fn new(
        found: Option<StoredResult>,
        at_commit: Option<CreatedIds>,
        left: Vec<Notification>,
    ) -> Self {
        let events = usize::from(found.is_none() && at_commit.is_none());
        let mut security_log = MockSecurityLog::new();
        security_log.expect_record().times(events).returning(|event| {
            // Ann, who sends it, is not counted.
            let kind = SecurityEventKind::NotificationsSent { recipients: 1 };
            assert_eq!(event, Actor::user(ANN, network()).event(kind, Some(BOB)));
        });
        let mut store = MockNotificationRepository::new();
        store.expect_announce().returning(move |change, key| {
            assert_eq!(key.unwrap().scope.operation, Operation::Announce);
            assert_eq!(change.notifications.len(), 2);
            Ok(match at_commit.clone() {
                Some(created) => Outcome::Replayed(created),
                None => Outcome::Created(sent_to(&[ANN, BOB])),
            })
        });
        store.expect_find_many().returning(move |ids| {
            Ok(left.iter().filter(|it| ids.contains(&it.id)).cloned().collect())
        });
        let updates = Recorder::default();
        let service = Announcements {
            notifications: Arc::new(store),
            types: built_in_types(),
            users: Arc::new(users(user)),
            publisher: publisher(&updates),
            clock: fixed_clock(),
            idempotency: idempotency(found),
            security_log: Arc::new(security_log),
        };
        Self { service, updates }
    }

    /// Whether the result is that of an earlier request, and the notifications.
    async fn announce_as(&self, caller: UserId) -> Result<(bool, Vec<Notification>), Failure> {
        let key = Some(request_key("k", "one"));
        let recipients = to_both();
        let (caller, content) = (user(caller), content());
        let sent =
            self.service.announce(&caller, None, recipients, &content, key, network()).await?;
        let notifications = sent.value().iter().map(|it| Notification::clone(it));
        Ok((sent.is_replayed(), notifications.collect()))
    }

    async fn announce(&self) -> Result<(bool, Vec<Notification>), Failure> {
        self.announce_as(ANN).await
    }
}

#[tokio::test]
async fn announcement_notifies_every_recipient() {
    let fixture = Fixture::new(None, None, vec![]);
    assert_eq!(fixture.announce().await, Ok((false, sent_to(&[ANN, BOB]))));
    assert_eq!(fixture.updates.len(), 2);
}

#[tokio::test]
async fn retry_and_concurrent_duplicate_return_the_first_result_and_publish_nothing() {
    let all = [ANN, BOB];
    let first = announced("one", &all);
    for (found, at_commit) in [(Some(first.clone()), None), (None, Some(first.created_ids))] {
        let fixture = Fixture::new(found, at_commit, sent_to(&all));
        assert_eq!(fixture.announce().await, Ok((true, sent_to(&all))));
        assert!(fixture.updates.is_empty());
    }
}

#[tokio::test]
async fn key_of_another_body_is_refused() {
    let fixture = Fixture::new(Some(announced("other", &[ANN])), None, vec![]);
    assert_eq!(fixture.announce().await, Err(Failure::IdempotencyKeyReused));
    assert!(fixture.updates.is_empty());
}

#[tokio::test]
async fn retry_hides_read_states_and_omits_deleted_notifications() {
    let first = || Some(announced("one", &[ANN, BOB]));
    let edit = NotificationEdit { read: Some(true), is_completed: Some(true) };
    let later = now() + chrono::TimeDelta::hours(1);
    let read = sent_to(&[BOB])[0].edited(edit, later);
    assert!(read.is_read() && read.is_completed);
    let one_left = Fixture::new(first(), None, vec![read]);
    assert_eq!(one_left.announce().await, Ok((true, sent_to(&[BOB]))));
    let none_left = Fixture::new(first(), None, vec![]);
    assert_eq!(none_left.announce().await, Err(Failure::NotFound));
}

#[tokio::test]
async fn retry_of_an_announcement_without_recipients_returns_none() {
    let fixture = Fixture::new(Some(announced("one", &[])), None, vec![]);
    assert_eq!(fixture.announce().await, Ok((true, vec![])));
}

#[tokio::test]
async fn retry_by_a_user_who_is_no_longer_staff_is_denied() {
    let fixture = Fixture::new(Some(announced("one", &[ANN])), None, sent_to(&[ANN]));
    assert_eq!(fixture.announce_as(BOB).await, Err(Failure::PermissionDenied));
}

#[test]
fn recipient_who_turned_the_type_off_is_left_out() {
    let kind = NotificationType::REMINDER_DUE;
    let bob = User { preferences: Preferences::restore([kind]), ..user(BOB) };
    let content = AnnouncementContent { kind, ..content() };
    let sent =
        decide(&TypeCatalog::default(), &to_both(), vec![bob, user(ANN)], &content, now()).unwrap();
    assert_eq!(sent.iter().map(|new| new.recipient).collect::<Vec<_>>(), [ANN]);
}

#[test]
fn type_that_is_off_by_default_is_sent_to_those_who_turned_it_on() {
    let kind = NotificationType::parse("NEWS").unwrap();
    let request = TypeRequest { on_by_default: Some(false), ..TypeRequest::default() };
    let definition = Some(request.define(kind).unwrap());
    let types = TypeCatalog::of([StoredType { name: kind, definition }]);
    let bob = User { preferences: Preferences::default().with_opted_in([kind]), ..user(BOB) };
    let content = AnnouncementContent { kind, ..content() };
    let sent = decide(&types, &to_both(), vec![bob, user(ANN)], &content, now()).unwrap();
    assert_eq!(sent.iter().map(|new| new.recipient).collect::<Vec<_>>(), [BOB]);
    assert_eq!((sent[0].title.as_str(), sent[0].message.as_str()), ("News", "News"));
}

#[test]
fn unknown_type_and_unknown_recipients_are_named_together() {
    let kind = NotificationType::parse("NEWS").unwrap();
    let content = AnnouncementContent { kind, ..content() };
    let recipients = Recipients::new(BTreeSet::from([UNKNOWN]), vec![]).unwrap();
    let refused = decide(&TypeCatalog::default(), &recipients, vec![], &content, now());
    let Err(Failure::Invalid(errors)) = refused else { panic!("{refused:?}") };
    let fields: Vec<_> = errors.iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["assigned_to", "notification_type"]);
}
