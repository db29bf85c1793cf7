use super::fake_mailbox::FakeMailbox;
use crate::Failure;
use crate::domain::id::NotificationId;
use crate::domain::notification::MailboxUpdate;
use crate::tests::fixtures::{BOB, EVE, mailbox_update, now, unavailable};

fn ids(numbers: &[i64]) -> Vec<NotificationId> {
    numbers.iter().copied().map(NotificationId).collect()
}

/// The update of Bob's mailbox at this revision.
fn update(revision: i64) -> MailboxUpdate {
    mailbox_update(BOB, 3, revision)
}

#[tokio::test]
async fn mark_read_sets_the_time_and_publishes_an_update() {
    let mailbox = FakeMailbox::new();
    let marked = mailbox.inbox.mark_read(BOB, NotificationId(102)).await;
    assert_eq!(marked.unwrap().read_at, Some(now()));
    assert_eq!(mailbox.unread(), [101, 103]);
    assert_eq!(mailbox.updates.all(), [update(1)]);
}

#[tokio::test]
async fn marking_a_read_notification_changes_nothing() {
    let FakeMailbox { inbox, updates, .. } = FakeMailbox::new();
    let first = inbox.mark_read(BOB, NotificationId(102)).await.unwrap();
    let second = inbox.mark_read(BOB, NotificationId(102)).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(updates.all(), [update(1)]);
}

#[tokio::test]
async fn bulk_mark_read_counts_only_unread_notifications() {
    let mailbox = FakeMailbox::new();
    let bulk = |numbers: &[i64]| mailbox.inbox.bulk_mark_read(BOB, ids(numbers));
    assert_eq!(bulk(&[101, 103, 999]).await, Ok(2));
    assert_eq!(mailbox.unread(), [102]);
    assert_eq!(bulk(&[101, 102, 102]).await, Ok(1));
    assert_eq!(bulk(&[101, 102, 103]).await, Ok(0));
    assert_eq!(bulk(&[]).await, Ok(0));
    assert_eq!(mailbox.updates.all(), [update(1), update(2)]);
}

#[tokio::test]
async fn mark_all_read_counts_only_unread_notifications() {
    let FakeMailbox { inbox, updates, .. } = FakeMailbox::new();
    inbox.mark_read(BOB, NotificationId(101)).await.unwrap();
    assert_eq!(inbox.mark_all_read(BOB).await, Ok(2));
    assert_eq!(inbox.mark_all_read(BOB).await, Ok(0));
    assert_eq!(inbox.unread_count(BOB).await, Ok(0));
    assert_eq!(updates.all(), [update(1), update(2)]);
}

#[tokio::test]
async fn deleted_notification_is_not_found() {
    let FakeMailbox { inbox, updates, .. } = FakeMailbox::new();
    let id = NotificationId(102);
    assert_eq!(inbox.delete(BOB, id).await, Ok(()));
    assert_eq!(updates.take(), [update(1)]);

    assert_eq!(inbox.delete(BOB, id).await, Err(Failure::NotFound));
    assert_eq!(inbox.read(BOB, id).await, Err(Failure::NotFound));
    assert_eq!(inbox.mark_read(BOB, id).await, Err(Failure::NotFound));
    assert!(updates.is_empty());
}

#[tokio::test]
async fn notifications_of_other_users_are_not_found() {
    let mailbox = FakeMailbox::new();
    let inbox = &mailbox.inbox;
    let id = NotificationId(101);
    assert_eq!(inbox.read(EVE, id).await, Err(Failure::NotFound));
    assert_eq!(inbox.mark_read(EVE, id).await, Err(Failure::NotFound));
    assert_eq!(inbox.delete(EVE, id).await, Err(Failure::NotFound));
    assert_eq!(inbox.bulk_mark_read(EVE, vec![id]).await, Ok(0));
    assert_eq!(inbox.mark_all_read(EVE).await, Ok(0));
    assert_eq!(mailbox.unread(), [101, 102, 103]);
    assert!(mailbox.updates.is_empty());
}

#[tokio::test]
async fn failed_commit_publishes_nothing() {
    let mailbox = FakeMailbox::new();
    mailbox.make_unavailable();
    let inbox = &mailbox.inbox;
    let id = NotificationId(101);
    assert_eq!(inbox.mark_read(BOB, id).await, Err(unavailable()));
    assert_eq!(inbox.mark_all_read(BOB).await, Err(unavailable()));
    assert_eq!(inbox.delete(BOB, id).await, Err(unavailable()));
    assert!(mailbox.updates.is_empty());
}
