use super::mailbox::{BOB, EVE, Post, now};
use crate::Failure;
use crate::domain::id::NotificationId;
use crate::domain::notification::NotificationEdit;

const ID: NotificationId = NotificationId(102);

fn reading(read: bool) -> NotificationEdit {
    NotificationEdit { read: Some(read), ..NotificationEdit::default() }
}

#[tokio::test]
async fn what_was_read_is_unread_again_and_streams_hear_of_both() {
    let post = Post::new();
    let inbox = post.inbox();
    let read = inbox.edit(BOB, ID, reading(true)).await.unwrap();
    assert_eq!(read.read_at, Some(now()));
    let unread = inbox.edit(BOB, ID, reading(false)).await.unwrap();
    assert_eq!(unread.read_at, None);
    assert_eq!(post.unread(), [101, 102, 103]);
    assert_eq!(post.updated().len(), 2);
}

#[tokio::test]
async fn what_changes_nothing_is_not_stored() {
    let post = Post::new();
    post.go_away();
    let inbox = post.inbox();
    let before = inbox.read(BOB, ID).await.unwrap();
    for edit in [NotificationEdit::default(), reading(false)] {
        assert_eq!(inbox.edit(BOB, ID, edit).await.as_ref(), Ok(&before));
    }
    assert_eq!(post.updated(), []);
    let away = inbox.edit(BOB, ID, reading(true)).await;
    assert_eq!(away, Err(Failure::Unavailable("away".to_owned())));
}

#[tokio::test]
async fn nobody_edits_what_is_not_theirs() {
    let post = Post::new();
    let refused = post.inbox().edit(EVE, ID, reading(true)).await;
    assert_eq!(refused, Err(Failure::NotFound));
    assert_eq!(post.unread(), [101, 102, 103]);
}
