use futures_util::FutureExt as _;
use leopard_core::domain::id::UserId;

use crate::broker::relay::Word;
use crate::broker::relay::outbox::Outbox;

fn rung(user: i64, head: i64, state: i64) -> Word {
    Word::Rung {
        user: UserId(user),
        head,
        state,
    }
}

/// What waits, in the order of its texts.
fn waiting(outbox: &Outbox) -> Vec<Word> {
    let mut words = outbox.take().now_or_never().unwrap_or_default();
    words.sort_unstable_by_key(|word| word.text());
    words
}

#[test]
fn the_bells_of_a_user_are_one_with_the_greatest_of_all() {
    let outbox = Outbox::default();
    outbox.put([rung(1, 4, 0), rung(2, 1, 1)]);
    outbox.put([rung(1, 3, 7), rung(1, 5, 0), Word::Beat]);
    assert_eq!(waiting(&outbox), [rung(1, 5, 7), rung(2, 1, 1)]);
    assert_eq!(waiting(&outbox), []);
}

#[test]
fn more_than_it_holds_are_said_in_one_word() {
    let outbox = Outbox::default();
    outbox.put((1..=10_000).map(|user| rung(user, 1, 0)));
    assert_eq!(waiting(&outbox).len(), 10_000);
    outbox.put((1..=10_001).map(|user| rung(user, 1, 0)));
    outbox.put([rung(5, 9, 9)]);
    assert_eq!(waiting(&outbox), [Word::Anybodys]);
    outbox.put([rung(5, 9, 9)]);
    assert_eq!(waiting(&outbox), [rung(5, 9, 9)], "that is over");
}

#[test]
fn all_is_said_when_what_was_taken_last_is() {
    let outbox = Outbox::default();
    assert!(outbox.is_said());
    outbox.put([rung(1, 1, 1)]);
    assert!(!outbox.is_said());
    waiting(&outbox);
    assert!(!outbox.is_said(), "nobody knows yet");
    outbox.said();
    assert!(outbox.is_said());
}

#[test]
fn what_could_not_be_said_is_taken_again_with_what_came_since() {
    let outbox = Outbox::default();
    outbox.put([rung(1, 4, 1), rung(2, 1, 1)]);
    waiting(&outbox);
    outbox.put([rung(1, 5, 0)]);
    outbox.unsaid();
    assert_eq!(waiting(&outbox), [rung(1, 5, 1), rung(2, 1, 1)]);
    outbox.said();
    outbox.unsaid();
    assert_eq!(waiting(&outbox), []);
}

#[tokio::test]
async fn who_waits_gets_the_first() {
    let outbox = Outbox::default();
    let (words, ()) = tokio::join!(outbox.take(), async { outbox.put([rung(1, 1, 1)]) });
    assert_eq!(words, [rung(1, 1, 1)]);
}
