//! What other systems have users told.

use leopard_core::domain::announcement::News;
use leopard_core::domain::change::{Announcement, InboxWrite};
use leopard_core::domain::id::UserId;
use leopard_core::domain::mailbox::LogEntry;
use leopard_core::domain::notification::{MetaInfo, NotificationType};
use leopard_core::domain::opaque_object::OpaqueObject;

use super::Backend;
use super::sample::{at, everything, fill, listed, users, write};

/// White space, escapes, and the order of members.
const OBJECT: &str = r#"{"z": "\u0000 日本", "a": [1, {"b": null}]}"#;

fn telling(recipients: &[UserId]) -> Announcement {
    let news = News {
        kind: NotificationType::ClientAssigned,
        title: None,
        message: None,
        due_date: Some(at(50)),
        meta_info: OpaqueObject::new(OBJECT.to_owned()).expect("a short one"),
    };
    let told = recipients.iter().map(|user| news.for_user(*user, at(3)));
    Announcement {
        notifications: told.collect(),
    }
}

pub async fn what_another_system_says_is_kept_byte_for_byte(backend: &Backend) {
    let [ana, bob] = users(backend, ["ana", "bob"]).await;
    fill(backend, bob, 2).await;
    let told = backend.notifications.announce(telling(&[bob, ana])).await;
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

pub async fn all_are_told_or_nobody(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let refused = backend.notifications.announce(telling(&[ana, UserId(404)]));
    assert!(refused.await.is_err());
    assert_eq!(listed(backend, everything(ana)).await, []);
    let nobody = backend.notifications.announce(telling(&[])).await;
    assert_eq!(nobody, Ok(vec![]));
}

pub async fn what_another_system_said_can_be_deleted(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let told = backend.notifications.announce(telling(&[ana])).await;
    let id = told.expect("one")[0].id;
    let deleted = write(backend, ana, InboxWrite::Delete(id)).await;
    assert_eq!((deleted.changed, deleted.mailbox.unread), (1, 0));
    let log = backend.notifications.log_after(ana, 0, 10).await;
    assert_eq!(log, Ok(vec![LogEntry::Deleted { id, sequence: 1 }]));
}

pub async fn those_who_tell_the_same_at_once_do_not_lock_each_other_out(backend: &Backend) {
    let [ana, bob, eve] = users(backend, ["ana", "bob", "eve"]).await;
    let orders = [[ana, bob, eve], [eve, bob, ana], [bob, ana, eve]];
    let many = orders.iter().cycle().take(24);
    let told = many.map(|order| backend.notifications.announce(telling(order)));
    for answer in futures_util::future::join_all(told).await {
        answer.expect("notifications");
    }
    for user in [ana, bob, eve] {
        let log = backend.notifications.log_after(user, 0, 100).await;
        let places = log.expect("a log").into_iter().map(|it| it.sequence());
        assert!(places.eq(1..=24), "user {user}");
    }
}
