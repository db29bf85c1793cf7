use super::mailbox::{BOB, EVE, Post, now};
use crate::Failure;
use crate::domain::id::NotificationId;
use crate::domain::notification::MailboxUpdate;

fn ids(numbers: &[i64]) -> Vec<NotificationId> {
    numbers.iter().copied().map(NotificationId).collect()
}

/// What rings for Bob's mailbox at this state.
fn update(revision: i64) -> MailboxUpdate {
    MailboxUpdate { user: BOB, head: 3, revision, notification: None }
}

#[tokio::test]
async fn what_is_marked_is_read_and_all_streams_of_the_user_hear_of_it() {
    let post = Post::new();
    let marked = post.inbox().mark_read(BOB, NotificationId(102)).await;
    assert_eq!(marked.unwrap().read_at, Some(now()));
    assert_eq!(post.unread(), [101, 103]);
    assert_eq!(post.updated(), [update(1)]);
}

#[tokio::test]
async fn marking_twice_changes_nothing_and_rings_once() {
    let post = Post::new();
    let inbox = post.inbox();
    let first = inbox.mark_read(BOB, NotificationId(102)).await.unwrap();
    let second = inbox.mark_read(BOB, NotificationId(102)).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(post.updated(), [update(1)]);
}

#[tokio::test]
async fn many_are_marked_at_once_and_only_those_that_were_unread_count() {
    let post = Post::new();
    let inbox = post.inbox();
    let bulk = |numbers: &[i64]| inbox.bulk_mark_read(BOB, ids(numbers));
    assert_eq!(bulk(&[101, 103, 999]).await, Ok(2));
    assert_eq!(post.unread(), [102]);
    assert_eq!(bulk(&[101, 102, 102]).await, Ok(1));
    assert_eq!(bulk(&[101, 102, 103]).await, Ok(0));
    assert_eq!(bulk(&[]).await, Ok(0));
    assert_eq!(post.updated(), [update(1), update(2)]);
}

#[tokio::test]
async fn all_are_marked_at_once() {
    let post = Post::new();
    let inbox = post.inbox();
    inbox.mark_read(BOB, NotificationId(101)).await.unwrap();
    assert_eq!(inbox.mark_all_read(BOB).await, Ok(2));
    assert_eq!(inbox.mark_all_read(BOB).await, Ok(0));
    assert_eq!(inbox.unread_count(BOB).await, Ok(0));
    assert_eq!(post.updated(), [update(1), update(2)]);
}

#[tokio::test]
async fn what_is_deleted_is_gone_and_cannot_be_deleted_again() {
    let post = Post::new();
    let inbox = post.inbox();
    assert_eq!(inbox.delete(BOB, NotificationId(102)).await, Ok(()));
    assert_eq!(post.updated(), [update(1)]);

    let gone = NotificationId(102);
    assert_eq!(inbox.delete(BOB, gone).await, Err(Failure::NotFound));
    assert_eq!(inbox.read(BOB, gone).await, Err(Failure::NotFound));
    assert_eq!(inbox.mark_read(BOB, gone).await, Err(Failure::NotFound));
    assert_eq!(post.updated(), [update(1)]);
}

#[tokio::test]
async fn the_notifications_of_others_do_not_exist() {
    let post = Post::new();
    let inbox = post.inbox();
    let bobs = NotificationId(101);
    assert_eq!(inbox.read(EVE, bobs).await, Err(Failure::NotFound));
    assert_eq!(inbox.mark_read(EVE, bobs).await, Err(Failure::NotFound));
    assert_eq!(inbox.delete(EVE, bobs).await, Err(Failure::NotFound));
    assert_eq!(inbox.bulk_mark_read(EVE, vec![bobs]).await, Ok(0));
    assert_eq!(inbox.mark_all_read(EVE).await, Ok(0));
    assert_eq!(post.unread(), [101, 102, 103]);
    assert_eq!(post.updated(), []);
}

#[tokio::test]
async fn nothing_rings_for_what_was_not_stored() {
    let post = Post::new();
    post.go_away();
    let inbox = post.inbox();
    let away = || Failure::Unavailable("away".to_owned());
    let marked = inbox.mark_read(BOB, NotificationId(101)).await;
    assert_eq!(marked, Err(away()));
    assert_eq!(inbox.mark_all_read(BOB).await, Err(away()));
    assert_eq!(inbox.delete(BOB, NotificationId(101)).await, Err(away()));
    assert_eq!(post.updated(), []);
}
