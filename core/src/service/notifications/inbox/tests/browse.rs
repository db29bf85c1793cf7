use super::mailbox::{BOB, EVE, Post};
use crate::Failure;
use crate::domain::id::NotificationId;
use crate::domain::notification::NotificationType;
use crate::domain::page::PageRequest;
use crate::port::InboxQuery;
use crate::service::notifications::InboxFilter;

fn filter() -> InboxFilter {
    InboxFilter { include_read: false, kind: Some(NotificationType::TaskAssigned), after: Some(41) }
}

#[tokio::test]
async fn a_list_is_of_the_callers_own_mailbox_and_as_asked_for() {
    let post = Post::new();
    let page = PageRequest::new(1, 10).unwrap();
    let listed = post.inbox().list(BOB, filter(), page).await.unwrap();
    assert_eq!(listed.total, 0);
    let asked = InboxQuery {
        user: BOB,
        include_read: false,
        kind: Some(NotificationType::TaskAssigned),
        after: Some(41),
        page,
    };
    assert_eq!(post.queries(), [asked]);
}

#[tokio::test]
async fn a_page_past_the_end_does_not_exist() {
    let page = PageRequest::new(2, 10).unwrap();
    let refused = Post::new().inbox().list(BOB, filter(), page).await;
    assert_eq!(refused, Err(Failure::InvalidPage));
}

#[tokio::test]
async fn one_is_read_and_the_unread_are_counted() {
    let inbox = Post::new().inbox();
    let read = inbox.read(BOB, NotificationId(103)).await.unwrap();
    assert_eq!(read.sequence, 3);
    assert_eq!(inbox.unread_count(BOB).await, Ok(3));
    assert_eq!(inbox.unread_count(EVE).await, Ok(0));
}
