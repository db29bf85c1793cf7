use futures_util::FutureExt as _;
use leopard_core::domain::id::UserId;
use leopard_core::port::Missed;

use crate::broker::relay::doubts::Doubts;

fn of(users: &[i64]) -> Missed {
    Missed::Of(users.iter().copied().map(UserId).collect())
}

/// What is open, users in order.
fn open(doubts: &Doubts) -> Option<Missed> {
    let mut missed = doubts.take().now_or_never()?;
    if let Missed::Of(users) = &mut missed {
        users.sort_unstable();
    }
    Some(missed)
}

#[test]
fn doubts_add_up_and_are_told_once() {
    let doubts = Doubts::default();
    assert_eq!(open(&doubts), None);
    doubts.raise(of(&[3, 1]));
    doubts.raise(of(&[]));
    doubts.raise(of(&[1, 2]));
    assert_eq!(open(&doubts), Some(of(&[1, 2, 3])));
    assert_eq!(open(&doubts), None);
    doubts.raise(of(&[1]));
    doubts.raise(Missed::Anybodys);
    doubts.raise(of(&[2]));
    assert_eq!(open(&doubts), Some(Missed::Anybodys));
    assert_eq!(open(&doubts), None);
}

#[tokio::test]
async fn who_waits_hears_of_the_first() {
    let doubts = Doubts::default();
    let (missed, ()) = tokio::join!(doubts.take(), async { doubts.raise(of(&[5])) });
    assert_eq!(missed, of(&[5]));
}
