use futures_util::FutureExt as _;
use leopard_core::domain::id::UserId;

use crate::broker::relay::Word;
use crate::broker::relay::outbox::Outbox;

fn updated(user: i64, head: i64, revision: i64) -> Word {
    Word::Updated {
        user: UserId(user),
        head,
        revision,
    }
}

/// What waits, in the order of its texts.
fn waiting(outbox: &Outbox) -> Vec<Word> {
    let mut words = outbox.take().now_or_never().unwrap_or_default();
    words.sort_unstable_by_key(|word| word.text());
    words
}

#[test]
fn the_updates_of_a_user_are_one_with_the_greatest_of_all() {
    let outbox = Outbox::default();
    outbox.put([updated(1, 4, 0), updated(2, 1, 1)]);
    outbox.put([updated(1, 3, 7), updated(1, 5, 0), Word::Beat]);
    assert_eq!(waiting(&outbox), [updated(1, 5, 7), updated(2, 1, 1)]);
    assert_eq!(waiting(&outbox), []);
}

#[test]
fn more_than_it_holds_are_said_in_one_word() {
    let outbox = Outbox::default();
    outbox.put((1..=10_000).map(|user| updated(user, 1, 0)));
    assert_eq!(waiting(&outbox).len(), 10_000);
    outbox.put((1..=10_001).map(|user| updated(user, 1, 0)));
    outbox.put([updated(5, 9, 9)]);
    assert_eq!(waiting(&outbox), [Word::MissedAll]);
    outbox.put([updated(5, 9, 9)]);
    assert_eq!(waiting(&outbox), [updated(5, 9, 9)], "that is over");
}

#[test]
fn all_is_said_when_what_was_taken_last_is() {
    let outbox = Outbox::default();
    assert!(outbox.is_said());
    outbox.put([updated(1, 1, 1)]);
    assert!(!outbox.is_said());
    waiting(&outbox);
    assert!(!outbox.is_said(), "nobody knows yet");
    outbox.said();
    assert!(outbox.is_said());
}

#[test]
fn what_could_not_be_said_is_taken_again_with_what_came_since() {
    let outbox = Outbox::default();
    outbox.put([updated(1, 4, 1), updated(2, 1, 1)]);
    waiting(&outbox);
    outbox.put([updated(1, 5, 0)]);
    outbox.unsaid();
    assert_eq!(waiting(&outbox), [updated(1, 5, 1), updated(2, 1, 1)]);
    outbox.said();
    outbox.unsaid();
    assert_eq!(waiting(&outbox), []);
}

#[tokio::test]
async fn who_waits_gets_the_first() {
    let outbox = Outbox::default();
    let (words, ()) = tokio::join!(outbox.take(), async { outbox.put([updated(1, 1, 1)]) });
    assert_eq!(words, [updated(1, 1, 1)]);
}
