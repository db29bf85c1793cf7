//! A unit test with the testkit: the whole core over a store in memory, with a clock that the test advances.

#![cfg(test)]

use leopard_core::chrono::TimeDelta;
use leopard_core::domain::notification::NotificationType;
use leopard_core::service::tasks::CreateTask;
use leopard_testkit::TestCore;
use leopard_testkit::fixtures::create_task;

#[tokio::test]
async fn assignee_is_notified_and_later_reminded() {
    let test = TestCore::new();
    let (alice, bob) = (test.user("alice").await, test.user("bob").await);

    // The fixture is complete: the test names only what it is about.
    let request = CreateTask { assigned_to: Some(bob.id), ..create_task("Paint the fence") };
    let due_date = request.due_date.unwrap();
    test.core.tasks.create(&alice, request, None).await.unwrap();
    let sent = test.publisher.take_notifications();
    assert_eq!(sent[0].recipient, bob.id);
    assert_eq!(sent[0].title, "New Task Assigned: Paint the fence");

    // Nothing waits for real time.
    test.clock.set(due_date + TimeDelta::seconds(1));
    test.core.reminders.scan_all().await.unwrap();
    let sent = test.publisher.take_notifications();
    assert_eq!(sent[0].kind, NotificationType::TASK_OVERDUE);
    assert_eq!(test.core.inbox.unread_count(bob.id).await, Ok(2));
}
