use super::fake_mailbox::FakeMailbox;
use crate::Failure;
use crate::domain::id::NotificationId;
use crate::domain::notification::NotificationEdit;
use crate::tests::fixtures::{BOB, EVE, now, unavailable};

const ID: NotificationId = NotificationId(102);

fn to_read(read: bool) -> NotificationEdit {
    NotificationEdit { read: Some(read), ..NotificationEdit::default() }
}

#[tokio::test]
async fn edit_makes_a_notification_read_and_unread_and_publishes_both() {
    let mailbox = FakeMailbox::new();
    let read = mailbox.inbox.edit(BOB, ID, to_read(true)).await.unwrap();
    assert_eq!(read.read_at, Some(now()));
    let unread = mailbox.inbox.edit(BOB, ID, to_read(false)).await.unwrap();
    assert_eq!(unread.read_at, None);
    assert_eq!(mailbox.unread(), [101, 102, 103]);
    assert_eq!(mailbox.updates.len(), 2);
}

#[tokio::test]
async fn edit_to_the_current_state_is_not_committed() {
    let mailbox = FakeMailbox::new();
    mailbox.make_unavailable();
    let before = mailbox.inbox.read(BOB, ID).await.unwrap();
    for edit in [NotificationEdit::default(), to_read(false)] {
        assert_eq!(mailbox.inbox.edit(BOB, ID, edit).await.as_ref(), Ok(&before));
    }
    assert!(mailbox.updates.is_empty());
    assert_eq!(mailbox.inbox.edit(BOB, ID, to_read(true)).await, Err(unavailable()));
}

#[tokio::test]
async fn notification_of_another_user_cannot_be_edited() {
    let mailbox = FakeMailbox::new();
    let refused = mailbox.inbox.edit(EVE, ID, to_read(true)).await;
    assert_eq!(refused, Err(Failure::NotFound));
    assert_eq!(mailbox.unread(), [101, 102, 103]);
}
