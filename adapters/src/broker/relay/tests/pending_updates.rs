use futures_util::FutureExt as _;
use leopard_core::domain::id::UserId;

use crate::broker::relay::Message;
use crate::broker::relay::pending_updates::PendingUpdates;

fn updated(user: i64, head: i64, revision: i64) -> Message {
    Message::Updated {
        user: UserId(user),
        head,
        revision,
    }
}

/// What waits, in the order of its texts.
fn waiting(pending: &PendingUpdates) -> Vec<Message> {
    let mut messages = pending.take().now_or_never().unwrap_or_default();
    messages.sort_unstable_by_key(|message| message.text());
    messages
}

#[test]
fn the_updates_of_a_user_are_one_with_the_greatest_of_all() {
    let pending = PendingUpdates::default();
    pending.put([updated(1, 4, 0), updated(2, 1, 1)]);
    pending.put([updated(1, 3, 7), updated(1, 5, 0), Message::Beat]);
    assert_eq!(waiting(&pending), [updated(1, 5, 7), updated(2, 1, 1)]);
    assert_eq!(waiting(&pending), []);
}

#[test]
fn more_than_it_holds_are_said_in_one_word() {
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
fn all_is_said_when_what_was_taken_last_is() {
    let pending = PendingUpdates::default();
    assert!(pending.is_said());
    pending.put([updated(1, 1, 1)]);
    assert!(!pending.is_said());
    waiting(&pending);
    assert!(!pending.is_said(), "nobody knows yet");
    pending.said();
    assert!(pending.is_said());
}

#[test]
fn what_could_not_be_said_is_taken_again_with_what_came_since() {
    let pending = PendingUpdates::default();
    pending.put([updated(1, 4, 1), updated(2, 1, 1)]);
    waiting(&pending);
    pending.put([updated(1, 5, 0)]);
    pending.unsaid();
    assert_eq!(waiting(&pending), [updated(1, 5, 1), updated(2, 1, 1)]);
    pending.said();
    pending.unsaid();
    assert_eq!(waiting(&pending), []);
}

#[tokio::test]
async fn who_waits_gets_the_first() {
    let pending = PendingUpdates::default();
    let (messages, ()) = tokio::join!(pending.take(), async { pending.put([updated(1, 1, 1)]) });
    assert_eq!(messages, [updated(1, 1, 1)]);
}
