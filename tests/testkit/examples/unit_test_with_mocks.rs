//! A unit test with mocks: every port of the core has one, with the feature `mock`.

#![cfg(test)]

use std::sync::Arc;

use leopard_core::chrono::DateTime;
use leopard_core::domain::change::InboxStored;
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::Mailbox;
use leopard_core::port::{MockClock, MockNotificationPublisher, MockNotificationRepository};
use leopard_core::service::notifications::Inbox;

#[tokio::test]
async fn marking_all_read_notifies_streams_once() {
    let mailbox = Mailbox { user: UserId(7), head: 3, revision: 1, unread: 0 };
    let mut notifications = MockNotificationRepository::new();
    notifications.expect_commit().once().returning(move |change| {
        assert_eq!(change.user, UserId(7));
        Ok(InboxStored { mailbox, changed: 3 })
    });
    let mut publisher = MockNotificationPublisher::new();
    publisher.expect_publish().once().return_const(());
    let mut clock = MockClock::new();
    clock.expect_now().return_const(DateTime::UNIX_EPOCH);

    let inbox = Inbox {
        notifications: Arc::new(notifications),
        publisher: Arc::new(publisher),
        clock: Arc::new(clock),
    };
    assert_eq!(inbox.mark_all_read(UserId(7)).await, Ok(3));
}
