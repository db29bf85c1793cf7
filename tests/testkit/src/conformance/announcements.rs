//! Notifications that other systems send.

use crate::commit::Commit;
use leopard_core::Failure;
use leopard_core::domain::change::{AppendNotifications, InboxWrite};
use leopard_core::domain::id::{NotificationId, UserId};
use leopard_core::domain::idempotency::{Committed, CreatedIds, Operation, Outcome};
use leopard_core::domain::notification::announcement::AnnouncementContent;
use leopard_core::domain::notification::{
    LogEntry, MetaInfo, Notification, NotificationType, NotificationUrl, OpaqueObject, TypeCatalog,
};

use super::idempotency::key;
use crate::Backend;
use crate::fixtures::{
    at, change_inbox, fill_mailbox, list_inbox, mark_read, user, users, whole_inbox,
};

/// White space, escapes and the order of members must be kept.
const OBJECT: &str = r#"{"z": "\u0001 日本", "a": [1, {"b": null}]}"#;

/// Every character must be kept.
const URL: &str = "https://example.org/\u{65e5}/%2F?a='b'&c=\u{1F406}#d";

fn announcing(recipients: &[UserId]) -> AppendNotifications {
    let content = AnnouncementContent {
        kind: NotificationType::CLIENT_ASSIGNED,
        title: None,
        message: None,
        url: Some(NotificationUrl::new(URL.to_owned()).expect("a URL")),
        due_date: Some(at(50)),
        meta_info: OpaqueObject::new(OBJECT.to_owned()).expect("a short one"),
    };
    let types = TypeCatalog::default();
    let definition = types.find(content.kind).expect("a built-in type");
    let stored = recipients.iter().map(|user| content.for_user(definition, *user, at(3)));
    AppendNotifications { notifications: stored.collect() }
}

/// Stores an announcement by the request of this user with this body.
async fn announce_once(
    backend: &Backend,
    sender: UserId,
    body: &str,
    recipients: &[UserId],
) -> Result<Committed<Vec<Notification>>, Failure> {
    let key = key(sender, Operation::Announce, "k", body);
    let announcement = (announcing(recipients), key);
    backend.notifications.store_once(announcement).await
}

pub async fn announcement_is_stored_byte_for_byte(backend: &Backend) {
    let [ana, bob] = users(backend, ["ana", "bob"]).await;
    fill_mailbox(backend, bob, 2).await;
    let stored = backend.notifications.store(announcing(&[bob, ana])).await;
    let stored = stored.expect("notifications");
    let positions: Vec<_> = stored.iter().map(|it| (it.recipient, it.sequence)).collect();
    assert_eq!(positions, [(bob, 3), (ana, 1)]);

    let inbox = list_inbox(backend, whole_inbox(ana)).await;
    assert_eq!(inbox, stored[1..]);
    let MetaInfo::Opaque(kept) = &inbox[0].meta_info else {
        panic!("{:?}", inbox[0]);
    };
    assert_eq!(kept.as_str(), OBJECT);
    assert_eq!(inbox[0].url.as_ref().map(NotificationUrl::as_str), Some(URL));
    assert_eq!(list_inbox(backend, whole_inbox(bob)).await[1].url, None);
    let mailboxes = backend.notifications.mailboxes(vec![ana, bob]).await;
    let unread = mailboxes.expect("mailboxes");
    assert_eq!([unread[0].unread, unread[1].unread], [1, 3]);
}

pub async fn announcement_is_all_or_nothing(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let refused = backend.notifications.store(announcing(&[ana, UserId(404)]));
    assert!(refused.await.is_err());
    assert_eq!(list_inbox(backend, whole_inbox(ana)).await, []);
    let none = backend.notifications.store(announcing(&[])).await;
    assert_eq!(none, Ok(vec![]));
}

pub async fn announced_notification_can_be_deleted(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let stored = backend.notifications.store(announcing(&[ana])).await;
    let id = stored.expect("one")[0].id;
    let deleted = change_inbox(backend, ana, InboxWrite::Delete(id)).await;
    assert_eq!((deleted.changed, deleted.mailbox.unread), (1, 0));
    let log = backend.notifications.log_after(ana, 0, 10).await;
    assert_eq!(log, Ok(vec![LogEntry::Tombstone { id, sequence: 1 }]));
}

pub async fn concurrent_announcements_to_same_users_do_not_deadlock(backend: &Backend) {
    let [ana, bob, eve] = users(backend, ["ana", "bob", "eve"]).await;
    let orders = [[ana, bob, eve], [eve, bob, ana], [bob, ana, eve]];
    let many = orders.iter().cycle().take(24);
    let stored = many.map(|order| backend.notifications.store(announcing(order)));
    for answer in futures_util::future::join_all(stored).await {
        answer.expect("notifications");
    }
    for user in [ana, bob, eve] {
        let log = backend.notifications.log_after(user, 0, 100).await;
        let positions = log.expect("a log").into_iter().map(|it| it.sequence());
        assert!(positions.eq(1..=24), "user {user}");
    }
}

pub async fn announcement_with_key_is_stored_once(backend: &Backend) {
    let [ana, bob, eve] = users(backend, ["ana", "bob", "eve"]).await;
    fill_mailbox(backend, bob, 2).await;
    let bad = announce_once(backend, eve, "bad", &[ana, UserId(404)]).await;
    assert!(matches!(bad, Err(Failure::Internal(_))), "{bad:?}");
    let stored = announce_once(backend, eve, "good", &[bob, ana]).await;
    let Ok(Outcome::Created(stored)) = stored else {
        panic!("a refused request stores no key: {stored:?}");
    };
    let again = announce_once(backend, eve, "good", &[bob, ana]).await;
    assert_eq!(again, Ok(Outcome::Replayed(CreatedIds::from(&stored))));
    let other = announce_once(backend, eve, "other", &[bob]).await;
    assert_eq!(other, Err(Failure::IdempotencyKeyReused));
    assert_eq!(list_inbox(backend, whole_inbox(ana)).await, stored[1..]);
    assert_eq!(list_inbox(backend, whole_inbox(bob)).await.len(), 3);

    let mut ids: Vec<_> = stored.iter().map(|it| it.id).collect();
    ids.sort_unstable_by(|one, other| other.cmp(one));
    ids.push(NotificationId(404));
    let found = async || backend.notifications.find_many(ids.clone()).await;
    assert_eq!(found().await, Ok(stored.clone()));
    mark_read(backend, bob, &[stored[0].id]).await;
    change_inbox(backend, ana, InboxWrite::Delete(stored[1].id)).await;
    let left = backend.notifications.find(bob, stored[0].id).await;
    let left = left.expect("an answer").expect("it is read");
    assert!(left.is_read());
    assert_eq!(found().await, Ok(vec![left]));
    assert_eq!(backend.notifications.find_many(vec![]).await, Ok(vec![]));
}

pub async fn empty_announcement_is_remembered(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let first = announce_once(backend, ana, "one", &[]).await;
    assert_eq!(first, Ok(Outcome::Created(vec![])));
    let again = announce_once(backend, ana, "one", &[]).await;
    assert_eq!(again, Ok(Outcome::Replayed(CreatedIds(vec![]))));
    let scope = key(ana, Operation::Announce, "k", "one").scope;
    let known = backend.idempotency.find(scope).await.expect("an answer");
    assert_eq!(known.map(|it| it.created_ids), Some(CreatedIds(vec![])));
}

pub async fn concurrent_announcements_with_one_key_are_stored_once(backend: &Backend) {
    let mut all = vec![];
    for number in 0..1_000 {
        all.push(user(backend, &format!("reader{number}")).await.id);
    }
    let sending = (0..20).map(|_| announce_once(backend, all[0], "one", &all));
    let answers = futures_util::future::join_all(sending).await;
    let mut created = vec![];
    for answer in answers {
        match answer.expect("notifications") {
            Outcome::Created(stored) => created.push(CreatedIds::from(&stored)),
            Outcome::Replayed(_) => {}
        }
    }
    assert_eq!(created.len(), 1, "{created:?}");
    let found = backend.notifications.find_many(created[0].notifications());
    let found = found.await.expect("notifications").into_iter();
    assert!(found.map(|it| it.recipient).eq(all.iter().copied()));
    let mailboxes = backend.notifications.mailboxes(all).await;
    let mut mailboxes = mailboxes.expect("mailboxes").into_iter();
    assert!(mailboxes.all(|it| (it.head, it.unread) == (1, 1)));
}
