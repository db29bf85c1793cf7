//! What other systems have users told.

use crate::commit::Commit;
use leopard_core::Failure;
use leopard_core::domain::change::{AppendNotifications, InboxWrite};
use leopard_core::domain::id::{NotificationId, UserId};
use leopard_core::domain::idempotency::{Committed, CreatedIds, Operation, Outcome};
use leopard_core::domain::notification::announcement::AnnouncementContent;
use leopard_core::domain::notification::{
    LogEntry, MetaInfo, Notification, NotificationType, OpaqueObject,
};

use super::Backend;
use super::idempotency::key;
use super::sample::{at, everything, fill, listed, read, user, users, write};

/// White space, escapes, and the order of members.
const OBJECT: &str = r#"{"z": "\u0001 日本", "a": [1, {"b": null}]}"#;

fn notifying(recipients: &[UserId]) -> AppendNotifications {
    let content = AnnouncementContent {
        kind: NotificationType::ClientAssigned,
        title: None,
        message: None,
        due_date: Some(at(50)),
        meta_info: OpaqueObject::new(OBJECT.to_owned()).expect("a short one"),
    };
    let told = recipients.iter().map(|user| content.for_user(*user, at(3)));
    AppendNotifications { notifications: told.collect() }
}

/// Tells them by this user's request of this body.
async fn tell_once(
    backend: &Backend,
    sender: UserId,
    body: &str,
    recipients: &[UserId],
) -> Result<Committed<Vec<Notification>>, Failure> {
    let key = key(sender, Operation::Announce, "k", body);
    let announcement = (notifying(recipients), key);
    backend.notifications.store_once(announcement).await
}

pub async fn announcement_is_stored_byte_for_byte(backend: &Backend) {
    let [ana, bob] = users(backend, ["ana", "bob"]).await;
    fill(backend, bob, 2).await;
    let told = backend.notifications.store(notifying(&[bob, ana])).await;
    let told = told.expect("notifications");
    let places: Vec<_> = told.iter().map(|it| (it.recipient, it.sequence)).collect();
    assert_eq!(places, [(bob, 3), (ana, 1)]);

    let inbox = listed(backend, everything(ana)).await;
    assert_eq!(inbox, told[1..]);
    let MetaInfo::Opaque(kept) = &inbox[0].meta_info else {
        panic!("{:?}", inbox[0]);
    };
    assert_eq!(kept.as_str(), OBJECT);
    let mailboxes = backend.notifications.mailboxes(vec![ana, bob]).await;
    let unread = mailboxes.expect("mailboxes");
    assert_eq!([unread[0].unread, unread[1].unread], [1, 3]);
}

pub async fn announcement_is_all_or_nothing(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let refused = backend.notifications.store(notifying(&[ana, UserId(404)]));
    assert!(refused.await.is_err());
    assert_eq!(listed(backend, everything(ana)).await, []);
    let nobody = backend.notifications.store(notifying(&[])).await;
    assert_eq!(nobody, Ok(vec![]));
}

pub async fn announced_notification_can_be_deleted(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let told = backend.notifications.store(notifying(&[ana])).await;
    let id = told.expect("one")[0].id;
    let deleted = write(backend, ana, InboxWrite::Delete(id)).await;
    assert_eq!((deleted.changed, deleted.mailbox.unread), (1, 0));
    let log = backend.notifications.log_after(ana, 0, 10).await;
    assert_eq!(log, Ok(vec![LogEntry::Tombstone { id, sequence: 1 }]));
}

pub async fn concurrent_announcements_to_same_users_do_not_deadlock(backend: &Backend) {
    let [ana, bob, eve] = users(backend, ["ana", "bob", "eve"]).await;
    let orders = [[ana, bob, eve], [eve, bob, ana], [bob, ana, eve]];
    let many = orders.iter().cycle().take(24);
    let told = many.map(|order| backend.notifications.store(notifying(order)));
    for answer in futures_util::future::join_all(told).await {
        answer.expect("notifications");
    }
    for user in [ana, bob, eve] {
        let log = backend.notifications.log_after(user, 0, 100).await;
        let places = log.expect("a log").into_iter().map(|it| it.sequence());
        assert!(places.eq(1..=24), "user {user}");
    }
}

pub async fn announcement_with_key_is_stored_once(backend: &Backend) {
    let [ana, bob, eve] = users(backend, ["ana", "bob", "eve"]).await;
    fill(backend, bob, 2).await;
    let bad = tell_once(backend, eve, "bad", &[ana, UserId(404)]).await;
    assert!(matches!(bad, Err(Failure::Internal(_))), "{bad:?}");
    let told = tell_once(backend, eve, "good", &[bob, ana]).await;
    let Ok(Outcome::Created(told)) = told else {
        panic!("what was refused is not remembered: {told:?}");
    };
    let again = tell_once(backend, eve, "good", &[bob, ana]).await;
    assert_eq!(again, Ok(Outcome::Replayed(CreatedIds::from(&told))));
    let other = tell_once(backend, eve, "other", &[bob]).await;
    assert_eq!(other, Err(Failure::IdempotencyKeyReused));
    assert_eq!(listed(backend, everything(ana)).await, told[1..]);
    assert_eq!(listed(backend, everything(bob)).await.len(), 3);

    let mut ids: Vec<_> = told.iter().map(|it| it.id).collect();
    ids.sort_unstable_by(|one, other| other.cmp(one));
    ids.push(NotificationId(404));
    let found = async || backend.notifications.find_many(ids.clone()).await;
    assert_eq!(found().await, Ok(told.clone()));
    read(backend, bob, &[told[0].id]).await;
    write(backend, ana, InboxWrite::Delete(told[1].id)).await;
    let left = backend.notifications.find(bob, told[0].id).await;
    let left = left.expect("an answer").expect("it is read");
    assert!(left.is_read());
    assert_eq!(found().await, Ok(vec![left]));
    assert_eq!(backend.notifications.find_many(vec![]).await, Ok(vec![]));
}

pub async fn empty_announcement_is_remembered(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let first = tell_once(backend, ana, "one", &[]).await;
    assert_eq!(first, Ok(Outcome::Created(vec![])));
    let again = tell_once(backend, ana, "one", &[]).await;
    assert_eq!(again, Ok(Outcome::Replayed(CreatedIds(vec![]))));
    let place = key(ana, Operation::Announce, "k", "one").scope;
    let known = backend.idempotency.find(place).await.expect("an answer");
    assert_eq!(known.map(|it| it.created_ids), Some(CreatedIds(vec![])));
}

pub async fn concurrent_announcements_with_one_key_are_stored_once(backend: &Backend) {
    let mut all = vec![];
    for number in 0..1_000 {
        all.push(user(backend, &format!("reader{number}")).await.id);
    }
    let sending = (0..20).map(|_| tell_once(backend, all[0], "one", &all));
    let answers = futures_util::future::join_all(sending).await;
    let mut made = vec![];
    for answer in answers {
        match answer.expect("notifications") {
            Outcome::Created(told) => made.push(CreatedIds::from(&told)),
            Outcome::Replayed(_) => {}
        }
    }
    assert_eq!(made.len(), 1, "{made:?}");
    let found = backend.notifications.find_many(made[0].notifications());
    let found = found.await.expect("notifications").into_iter();
    assert!(found.map(|it| it.recipient).eq(all.iter().copied()));
    let mailboxes = backend.notifications.mailboxes(all).await;
    let mut mailboxes = mailboxes.expect("mailboxes").into_iter();
    assert!(mailboxes.all(|it| (it.head, it.unread) == (1, 1)));
}
