//! The example of a unit test in the README.

use std::fs;
use std::path::Path;

// begin of the example
use std::sync::Arc;

use chrono::DateTime;
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
// end of the example

#[test]
fn readme_shows_the_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let this = fs::read_to_string(root.join("tests/project/building_on_the_core.rs")).unwrap();
    let (_, example) = this.split_once("// begin of the example\n").unwrap();
    let (example, _) = example.split_once("// end of the example").unwrap();
    let readme = fs::read_to_string(root.join("../README.md")).unwrap();
    assert!(readme.contains(example.trim()), "README.md shows another example");
}
