//! Edits of notifications, and overdue notifications.

use crate::commit::Commit;
use leopard_core::domain::change::{InboxStored, InboxWrite};
use leopard_core::domain::id::{NotificationId, UserId};
use leopard_core::domain::notification::{
    Notification, NotificationEdit, ReadStatus, RevisionCursor,
};

use crate::Backend;
use crate::fixtures::{
    at, change_inbox, fill_mailbox, mark_read, sequences, task_notifying, users,
};

const READ: NotificationEdit = reading(true);
const UNREAD: NotificationEdit = reading(false);
const DONE: NotificationEdit = NotificationEdit { read: None, is_completed: Some(true) };

const fn reading(read: bool) -> NotificationEdit {
    NotificationEdit { read: Some(read), is_completed: None }
}

async fn edit(
    backend: &Backend,
    user: UserId,
    id: NotificationId,
    edit: NotificationEdit,
) -> InboxStored {
    change_inbox(backend, user, InboxWrite::Edit(id, edit)).await
}

async fn found(backend: &Backend, user: UserId, id: NotificationId) -> Notification {
    let found = backend.notifications.find(user, id).await;
    found.expect("an answer").expect("a notification")
}

pub async fn read_notification_can_become_unread(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let ids = fill_mailbox(backend, ana, 3).await;
    let of_read = edit(backend, ana, ids[1], READ).await;
    assert_eq!((of_read.changed, of_read.mailbox.unread), (1, 2));
    let again = edit(backend, ana, ids[1], READ).await;
    assert_eq!((again.changed, again.mailbox), (0, of_read.mailbox));

    let of_unread = edit(backend, ana, ids[1], UNREAD).await;
    assert_eq!((of_unread.changed, of_unread.mailbox.unread), (1, 3));
    assert_eq!(of_unread.mailbox.revision, 2);
    assert_eq!(found(backend, ana, ids[1]).await.read_at, None);
    let again = edit(backend, ana, ids[1], UNREAD).await;
    assert_eq!((again.changed, again.mailbox), (0, of_unread.mailbox));

    let changes = backend
        .notifications
        .read_state_changes(ana, RevisionCursor::at(0), 10)
        .await
        .expect("the changes")
        .changes;
    let statuses: Vec<_> = changes.iter().map(|it| (it.cursor.id, it.status)).collect();
    assert_eq!(statuses, [(ids[1], ReadStatus::Unread)]);
}

pub async fn completing_a_notification_notifies_no_follower(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let ids = fill_mailbox(backend, ana, 2).await;
    let before = mark_read(backend, ana, &ids[..1]).await.mailbox;
    let done = edit(backend, ana, ids[0], DONE).await;
    assert_eq!((done.changed, done.mailbox), (1, before));
    let kept = found(backend, ana, ids[0]).await;
    assert_eq!((kept.is_completed, kept.read_at), (true, Some(at(10))));
    let again = edit(backend, ana, ids[0], DONE).await;
    assert_eq!((again.changed, again.mailbox), (0, before));

    let both = NotificationEdit { read: Some(true), is_completed: Some(true) };
    let stored = edit(backend, ana, ids[1], both).await;
    assert_eq!((stored.changed, stored.mailbox.unread), (1, 0));
    let kept = found(backend, ana, ids[1]).await;
    assert!(kept.is_completed && kept.is_read());
}

pub async fn edit_of_deleted_or_foreign_notification_is_refused(backend: &Backend) {
    let [ana, bob] = users(backend, ["ana", "bob"]).await;
    let ids = fill_mailbox(backend, ana, 2).await;
    fill_mailbox(backend, bob, 1).await;
    let before = change_inbox(backend, ana, InboxWrite::Delete(ids[0])).await.mailbox;
    let late = edit(backend, ana, ids[0], READ).await;
    assert_eq!((late.changed, late.mailbox), (0, before));
    let others = edit(backend, bob, ids[1], READ).await;
    assert_eq!((others.changed, others.mailbox.unread), (0, 1));
    assert!(!found(backend, ana, ids[1]).await.is_read());
}

pub async fn overdue_notifications_are_earliest_first(backend: &Backend) {
    let [ana, bob] = users(backend, ["ana", "bob"]).await;
    let mut change = task_notifying(&[ana, ana, bob, ana, ana, ana, ana]);
    let due = [Some(50), Some(30), Some(1), None, Some(90), Some(20), Some(30)];
    for (content, due) in change.notifications.iter_mut().zip(due) {
        content.due_date = due.map(at);
    }
    let stored = backend.tasks.store(change).await.expect("a task");
    let overdue = async |limit| {
        let found = backend.notifications.overdue(ana, at(90), limit).await;
        sequences(&found.expect("a list"))
    };
    assert_eq!(overdue(10).await, [5, 2, 6, 1]);
    assert_eq!(overdue(3).await, [5, 2, 6]);

    edit(backend, ana, stored.notifications[1].id, DONE).await;
    change_inbox(backend, ana, InboxWrite::Delete(stored.notifications[0].id)).await;
    edit(backend, ana, stored.notifications[5].id, READ).await;
    assert_eq!(overdue(10).await, [5, 6]);
}

pub async fn concurrent_read_and_unread_keep_the_count(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let ids = fill_mailbox(backend, ana, 4).await;
    let device = async |first: bool| {
        for round in 0..20 {
            for id in &ids {
                edit(backend, ana, *id, reading(first == (round % 2 == 0))).await;
            }
        }
    };
    tokio::join!(device(true), device(false), device(true));
    let mailboxes = backend.notifications.mailboxes(vec![ana]).await;
    let counted = mailboxes.expect("a mailbox")[0].unread;
    let mut unread = 0;
    for id in ids {
        unread += i64::from(!found(backend, ana, id).await.is_read());
    }
    assert_eq!(counted, unread);
}
