use super::fake_mailbox::FakeMailbox;
use crate::Failure;
use crate::domain::id::NotificationId;
use crate::domain::notification::NotificationType;
use crate::domain::page::PageRequest;
use crate::port::InboxQuery;
use crate::service::notifications::InboxFilter;
use crate::tests::fixtures::{BOB, EVE};

const FILTER: InboxFilter = InboxFilter {
    include_read: false,
    kind: Some(NotificationType::TASK_ASSIGNED),
    after: Some(41),
};

#[tokio::test]
async fn list_queries_the_own_mailbox_with_the_filter() {
    let mailbox = FakeMailbox::new();
    let page = PageRequest::new(1, 10).unwrap();
    let listed = mailbox.inbox.list(BOB, FILTER, page).await.unwrap();
    assert_eq!(listed.total, 0);
    let InboxFilter { include_read, kind, after } = FILTER;
    assert_eq!(mailbox.queries.all(), [InboxQuery { user: BOB, include_read, kind, after, page }]);
}

#[tokio::test]
async fn page_past_the_end_is_invalid() {
    let page = PageRequest::new(2, 10).unwrap();
    let refused = FakeMailbox::new().inbox.list(BOB, FILTER, page).await;
    assert_eq!(refused, Err(Failure::InvalidPage));
}

#[tokio::test]
async fn notification_is_read_by_id_and_unread_ones_are_counted() {
    let inbox = FakeMailbox::new().inbox;
    let read = inbox.read(BOB, NotificationId(103)).await.unwrap();
    assert_eq!(read.sequence, 3);
    assert_eq!(inbox.unread_count(BOB).await, Ok(3));
    assert_eq!(inbox.unread_count(EVE).await, Ok(0));
}
