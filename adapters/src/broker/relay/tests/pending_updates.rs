use futures_util::FutureExt as _;
use leopard_core::domain::id::UserId;

use crate::broker::relay::Message;
use crate::broker::relay::pending_updates::PendingUpdates;

fn updated(user: i64, head: i64, revision: i64) -> Message {
    Message::Updated { user: UserId(user), head, revision }
}

/// The pending messages, ordered by text.
fn waiting(pending: &PendingUpdates) -> Vec<Message> {
    let mut messages = pending.take().now_or_never().unwrap_or_default();
    messages.sort_unstable_by_key(|message| message.text());
    messages
}

#[test]
fn updates_of_a_user_merge_to_the_greatest_values() {
    let pending = PendingUpdates::default();
    pending.put([updated(1, 4, 0), updated(2, 1, 1)]);
    pending.put([updated(1, 3, 7), updated(1, 5, 0), Message::KeepAlive]);
    assert_eq!(waiting(&pending), [updated(1, 5, 7), updated(2, 1, 1)]);
    assert_eq!(waiting(&pending), []);
}

#[test]
fn overflow_becomes_one_missed_all_message() {
    let pending = PendingUpdates::default();
    pending.put((1..=10_000).map(|user| updated(user, 1, 0)));
    assert_eq!(waiting(&pending).len(), 10_000);
    pending.put((1..=10_001).map(|user| updated(user, 1, 0)));
    pending.put([updated(5, 9, 9)]);
    assert_eq!(waiting(&pending), [Message::MissedAll]);
    pending.put([updated(5, 9, 9)]);
    assert_eq!(waiting(&pending), [updated(5, 9, 9)], "that is over");
}

#[test]
fn queue_is_empty_once_the_last_messages_are_confirmed() {
    let pending = PendingUpdates::default();
    assert!(pending.is_empty());
    pending.put([updated(1, 1, 1)]);
    assert!(!pending.is_empty());
    waiting(&pending);
    assert!(!pending.is_empty(), "not confirmed yet");
    pending.confirm();
    assert!(pending.is_empty());
}

#[test]
fn restored_messages_are_taken_with_later_ones() {
    let pending = PendingUpdates::default();
    pending.put([updated(1, 4, 1), updated(2, 1, 1)]);
    waiting(&pending);
    pending.put([updated(1, 5, 0)]);
    pending.restore();
    assert_eq!(waiting(&pending), [updated(1, 5, 1), updated(2, 1, 1)]);
    pending.confirm();
    pending.restore();
    assert_eq!(waiting(&pending), []);
}

#[tokio::test]
async fn waiting_sender_gets_the_first_message() {
    let pending = PendingUpdates::default();
    let (messages, ()) = tokio::join!(pending.take(), async { pending.put([updated(1, 1, 1)]) });
    assert_eq!(messages, [updated(1, 1, 1)]);
}
