//! The log of a mailbox: one entry per notification, in commit order.

use std::collections::BTreeMap;

use leopard_core::domain::change::InboxWrite;
use leopard_core::domain::id::{NotificationId, UserId};
use leopard_core::domain::notification::{LogEntry, MailboxChanges, Watermark};

use crate::Backend;
use crate::fixtures::{change_inbox, fill_mailbox, notify, user, users};

async fn log_after(backend: &Backend, user: UserId, after: i64, limit: u32) -> Vec<LogEntry> {
    let entries = backend.notifications.log_after(user, after, limit).await;
    entries.expect("the log")
}

fn sequences(entries: &[LogEntry]) -> Vec<i64> {
    entries.iter().map(LogEntry::sequence).collect()
}

async fn changes_since(backend: &Backend, watermark: Option<Watermark>) -> MailboxChanges {
    let changes = backend.notifications.changes_since(watermark).await;
    let mut changes = changes.expect("the changes");
    changes.heads.sort_unstable();
    changes
}

pub async fn notifications_of_one_change_have_consecutive_sequences(backend: &Backend) {
    let [ana, bob] = users(backend, ["ana", "bob"]).await;
    fill_mailbox(backend, bob, 2).await;
    let stored = notify(backend, &[bob, ana, bob, bob, ana]).await;
    let stored_as: Vec<(UserId, i64, &str)> = stored
        .notifications
        .iter()
        .map(|it| (it.recipient, it.sequence, it.title.as_str()))
        .collect();
    let expected = [
        (bob, 3, "Number 1"),
        (ana, 1, "Number 2"),
        (bob, 4, "Number 3"),
        (bob, 5, "Number 4"),
        (ana, 2, "Number 5"),
    ];
    assert_eq!(stored_as, expected);
    assert!(stored.notifications.is_sorted_by_key(|it| it.id));
    let mailboxes = backend.notifications.mailboxes(vec![ana, bob]).await;
    let numbers: Vec<(i64, i64)> = mailboxes
        .expect("mailboxes")
        .iter()
        .map(|mailbox| (mailbox.head, mailbox.unread))
        .collect();
    assert_eq!(numbers, [(2, 2), (5, 5)]);
    let none = notify(backend, &[]).await;
    assert_eq!(none.notifications, vec![]);
}

pub async fn thousands_of_recipients_in_one_change(backend: &Backend) {
    let mut readers = Vec::new();
    for number in 0..1_100 {
        readers.push(user(backend, &format!("reader{number}")).await.id);
    }
    let twice: Vec<UserId> = readers.iter().chain(&readers).copied().collect();
    let stored = notify(backend, &twice).await;
    let sequences: Vec<i64> = stored.notifications.iter().map(|it| it.sequence).collect();
    let expected: Vec<i64> = [1, 2].into_iter().flat_map(|it| vec![it; 1_100]).collect();
    assert_eq!(sequences, expected);
    let recipients: Vec<UserId> = stored.notifications.iter().map(|it| it.recipient).collect();
    assert_eq!(recipients, twice);
}

pub async fn log_is_read_in_pages(backend: &Backend) {
    let [ana, bob] = users(backend, ["ana", "bob"]).await;
    for _ in 0..3 {
        notify(backend, &[ana, bob, ana]).await;
    }
    let first = log_after(backend, ana, 0, 4).await;
    assert_eq!(sequences(&first), [1, 2, 3, 4]);
    let rest = log_after(backend, ana, 4, 4).await;
    assert_eq!(sequences(&rest), [5, 6]);
    assert_eq!(log_after(backend, ana, 6, 4).await, vec![]);
    assert_eq!(log_after(backend, ana, 0, 0).await, vec![]);
    assert_eq!(log_after(backend, UserId(404), 0, 4).await, vec![]);
    let LogEntry::Present(present) = &rest[1] else {
        panic!("a deleted notification: {rest:?}");
    };
    let found = backend.notifications.find(ana, present.id).await;
    assert_eq!(found.expect("an answer").as_ref(), Some(&**present));
}

pub async fn deleted_notification_leaves_a_tombstone(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let ids = fill_mailbox(backend, ana, 3).await;
    change_inbox(backend, ana, InboxWrite::Delete(ids[1])).await;
    let log = log_after(backend, ana, 0, 10).await;
    assert_eq!(sequences(&log), [1, 2, 3]);
    let deleted = |id: NotificationId, sequence| LogEntry::Tombstone { id, sequence };
    assert_eq!(log[1], deleted(ids[1], 2));
    assert!(matches!(log[0], LogEntry::Present(_)));

    change_inbox(backend, ana, InboxWrite::Delete(ids[2])).await;
    let log = log_after(backend, ana, 1, 10).await;
    assert_eq!(log, [deleted(ids[1], 2), deleted(ids[2], 3)]);
}

pub async fn mailbox_changes_start_at_a_watermark(backend: &Backend) {
    let [ana, bob] = users(backend, ["ana", "bob"]).await;
    let beginning = changes_since(backend, None).await;
    assert_eq!(beginning.heads, vec![]);
    fill_mailbox(backend, ana, 2).await;
    let later = changes_since(backend, None).await;
    assert_eq!(later.heads, vec![]);
    notify(backend, &[bob, ana, bob]).await;

    let since_later = changes_since(backend, Some(later.watermark)).await;
    assert_eq!(since_later.heads, [(ana, 3), (bob, 2)]);
    let since_beginning = changes_since(backend, Some(beginning.watermark)).await;
    let heads: BTreeMap<UserId, i64> = since_beginning.heads.into_iter().collect();
    assert_eq!(heads, BTreeMap::from([(ana, 3), (bob, 2)]));

    // Known heads may be repeated while older transactions are open anywhere.
    let known = BTreeMap::from([(ana, 3), (bob, 2)]);
    let nothing_new = changes_since(backend, Some(since_later.watermark)).await;
    let repeats = |it: &(UserId, i64)| known.get(&it.0) == Some(&it.1);
    assert!(nothing_new.heads.iter().all(repeats), "{nothing_new:?}");
    fill_mailbox(backend, bob, 1).await;
    let again = changes_since(backend, Some(nothing_new.watermark)).await;
    let (content, rest): (Vec<_>, Vec<_>) = again.heads.into_iter().partition(|it| it.0 == bob);
    assert_eq!(content, [(bob, 3)]);
    assert!(rest.iter().all(repeats), "{rest:?}");
}
