//! The inbox: lists, counts, reads and deletions.

use crate::commit::Commit;
use leopard_core::domain::change::{InboxWrite, Selection};
use leopard_core::domain::id::{NotificationId, UserId};
use leopard_core::domain::notification::{Mailbox, NotificationType};
use leopard_core::domain::page::PageRequest;
use leopard_core::port::InboxQuery;

use crate::Backend;
use crate::fixtures::{
    at, change_inbox, fill_mailbox, list_inbox, mark_read, notify, sequences, task_notifying,
    users, whole_inbox,
};

async fn mailbox(backend: &Backend, user: UserId) -> Mailbox {
    let found = backend.notifications.mailboxes(vec![user]).await;
    found.expect("mailboxes")[0]
}

pub async fn inbox_is_newest_first_and_oldest_first_after_a_cursor(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    fill_mailbox(backend, ana, 7).await;
    let cases: [(Option<i64>, u64, &[i64], u64); 8] = [
        (None, 1, &[7, 6, 5], 7),
        (None, 3, &[1], 7),
        (None, 4, &[], 7),
        (Some(2), 1, &[3, 4, 5], 5),
        (Some(2), 2, &[6, 7], 5),
        (Some(-1), 1, &[1, 2, 3], 7),
        (Some(7), 1, &[], 0),
        (Some(i64::MAX), 1, &[], 0),
    ];
    for (after, number, expected, total) in cases {
        let query = InboxQuery {
            after,
            page: PageRequest::new(number, 3).expect("a page request"),
            ..whole_inbox(ana)
        };
        let page = backend.notifications.list(query).await.expect("a page");
        assert_eq!(sequences(&page.items), expected, "after {after:?}");
        assert_eq!(page.total, total, "after {after:?}");
    }
}

pub async fn filter_narrows_list_and_total(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let mut change = task_notifying(&[ana; 6]);
    for place in [1, 4] {
        change.notifications[place].kind = NotificationType::SYSTEM_ALERT;
    }
    let stored = backend.tasks.store(change).await.expect("a task");
    let ids: Vec<NotificationId> = stored.notifications.iter().map(|it| it.id).collect();
    mark_read(backend, ana, &ids[..3]).await;

    let alert = Some(NotificationType::SYSTEM_ALERT);
    let cases = [
        (true, None, None, vec![6, 5, 4, 3, 2, 1]),
        (false, None, None, vec![6, 5, 4]),
        (true, alert, None, vec![5, 2]),
        (false, alert, None, vec![5]),
        (false, None, Some(4), vec![5, 6]),
        (true, Some(NotificationType::REMINDER_DUE), None, vec![]),
    ];
    for (include_read, kind, after, expected) in cases {
        let query = InboxQuery { include_read, kind, after, ..whole_inbox(ana) };
        let page = backend.notifications.list(query).await.expect("a page");
        assert_eq!(sequences(&page.items), expected, "{include_read} {kind:?}");
        assert_eq!(page.total, expected.len() as u64);
    }
}

pub async fn mailbox_is_private(backend: &Backend) {
    let [ana, bob] = users(backend, ["ana", "bob"]).await;
    let ids = fill_mailbox(backend, ana, 3).await;
    fill_mailbox(backend, bob, 1).await;
    assert_eq!(sequences(&list_inbox(backend, whole_inbox(bob)).await), [1]);
    let found = backend.notifications.find(ana, ids[0]).await;
    assert_eq!(found.expect("an answer").expect("one").sequence, 1);
    let found = backend.notifications.find(bob, ids[0]).await;
    assert_eq!(found.expect("an answer"), None);

    let before = mailbox(backend, bob).await;
    let skipped = mark_read(backend, bob, &ids).await;
    assert_eq!((skipped.changed, skipped.mailbox), (0, before));
    let skipped = change_inbox(backend, bob, InboxWrite::Delete(ids[0])).await;
    assert_eq!((skipped.changed, skipped.mailbox), (0, before));
    assert_eq!(mailbox(backend, ana).await.unread, 3);
}

pub async fn mark_read_changes_unread_only(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let ids = fill_mailbox(backend, ana, 4).await;
    let first = mark_read(backend, ana, &ids[..2]).await;
    assert_eq!(first.changed, 2);
    assert_eq!((first.mailbox.unread, first.mailbox.revision), (2, 1));
    assert_eq!(mailbox(backend, ana).await, first.mailbox);

    let again = mark_read(backend, ana, &ids[..2]).await;
    assert_eq!((again.changed, again.mailbox), (0, first.mailbox));
    let rest = mark_read(backend, ana, &ids).await;
    assert_eq!((rest.changed, rest.mailbox.unread), (2, 0));
    for id in ids {
        let found = backend.notifications.find(ana, id).await;
        let found = found.expect("an answer").expect("one");
        assert_eq!((found.read_at, found.updated_at), (Some(at(10)), at(10)));
        assert_eq!(found.created_at, at(1));
    }
}

pub async fn repeated_selection_counts_once(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let id = fill_mailbox(backend, ana, 2).await[0];
    let stored = mark_read(backend, ana, &vec![id; 5_000]).await;
    assert_eq!((stored.changed, stored.mailbox.unread), (1, 1));
    let nothing = mark_read(backend, ana, &[]).await;
    assert_eq!((nothing.changed, nothing.mailbox), (0, stored.mailbox));
}

pub async fn thousands_are_selected_in_one_call(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let ids = fill_mailbox(backend, ana, 3_000).await;
    let mut selection: Vec<NotificationId> =
        (1..=100_000).map(|number| NotificationId(1_000_000 + number)).collect();
    for (place, id) in ids.iter().enumerate().skip(1) {
        selection[place * 33] = *id;
    }
    let stored = mark_read(backend, ana, &selection).await;
    assert_eq!((stored.changed, stored.mailbox.unread), (2_999, 1));
    assert_eq!(stored.mailbox.revision, 1);
}

pub async fn mark_all_read_leaves_none_unread(backend: &Backend) {
    let [ana, bob] = users(backend, ["ana", "bob"]).await;
    let ids = fill_mailbox(backend, ana, 5).await;
    fill_mailbox(backend, bob, 1).await;
    mark_read(backend, ana, &ids[..1]).await;
    change_inbox(backend, ana, InboxWrite::Delete(ids[1])).await;
    let all = || InboxWrite::MarkRead(Selection::All);
    let stored = change_inbox(backend, ana, all()).await;
    assert_eq!((stored.changed, stored.mailbox.unread), (3, 0));
    let again = change_inbox(backend, ana, all()).await;
    assert_eq!((again.changed, again.mailbox), (0, stored.mailbox));
    assert_eq!(mailbox(backend, bob).await.unread, 1);
    let deleted = backend.notifications.find(ana, ids[1]).await;
    assert_eq!(deleted.expect("an answer"), None);
}

pub async fn deletion_removes_and_lowers_the_count(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let ids = fill_mailbox(backend, ana, 3).await;
    mark_read(backend, ana, &ids[..1]).await;
    let deleted_read = change_inbox(backend, ana, InboxWrite::Delete(ids[0])).await;
    assert_eq!((deleted_read.changed, deleted_read.mailbox.unread), (1, 2));
    let deleted_unread = change_inbox(backend, ana, InboxWrite::Delete(ids[1])).await;
    assert_eq!((deleted_unread.changed, deleted_unread.mailbox.unread), (1, 1));
    assert_eq!(deleted_unread.mailbox.revision, 3);

    let again = change_inbox(backend, ana, InboxWrite::Delete(ids[1])).await;
    assert_eq!((again.changed, again.mailbox), (0, deleted_unread.mailbox));
    let late = mark_read(backend, ana, &ids[..2]).await;
    assert_eq!((late.changed, late.mailbox), (0, deleted_unread.mailbox));
    let found = backend.notifications.find(ana, ids[1]).await;
    assert_eq!(found.expect("an answer"), None);
    assert_eq!(sequences(&list_inbox(backend, whole_inbox(ana)).await), [3]);
    assert_eq!(notify(backend, &[ana]).await.notifications[0].sequence, 4);
}

pub async fn mailboxes_keep_the_requested_order(backend: &Backend) {
    let [ana, bob, eve] = users(backend, ["ana", "bob", "eve"]).await;
    fill_mailbox(backend, eve, 2).await;
    fill_mailbox(backend, ana, 1).await;
    let users = vec![eve, bob, UserId(404), ana, eve];
    let found = backend.notifications.mailboxes(users).await;
    let found = found.expect("mailboxes");
    let numbers = |user, head| Mailbox { user, head, revision: 0, unread: head };
    let expected = [
        numbers(eve, 2),
        Mailbox::empty(bob),
        Mailbox::empty(UserId(404)),
        numbers(ana, 1),
        numbers(eve, 2),
    ];
    assert_eq!(found, expected);
    let many = (1..=70_000).map(UserId).collect();
    let found = backend.notifications.mailboxes(many).await;
    assert_eq!(found.expect("mailboxes").len(), 70_000);

    let nothing = change_inbox(backend, bob, InboxWrite::MarkRead(Selection::All)).await;
    assert_eq!((nothing.changed, nothing.mailbox), (0, Mailbox::empty(bob)));
}
