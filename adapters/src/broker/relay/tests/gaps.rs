use futures_util::FutureExt as _;
use leopard_core::domain::id::UserId;
use leopard_core::port::Missed;

use crate::broker::relay::gap_tracker::GapTracker;

fn of(users: &[i64]) -> Missed {
    Missed::Of(users.iter().copied().map(UserId).collect())
}

/// The open gaps, users in order.
fn open(gaps: &GapTracker) -> Option<Missed> {
    let mut missed = gaps.take().now_or_never()?;
    if let Missed::Of(users) = &mut missed {
        users.sort_unstable();
    }
    Some(missed)
}

#[test]
fn gaps_merge_and_are_taken_once() {
    let gaps = GapTracker::default();
    assert_eq!(open(&gaps), None);
    gaps.raise(of(&[3, 1]));
    gaps.raise(of(&[]));
    gaps.raise(of(&[1, 2]));
    assert_eq!(open(&gaps), Some(of(&[1, 2, 3])));
    assert_eq!(open(&gaps), None);
    gaps.raise(of(&[1]));
    gaps.raise(Missed::All);
    gaps.raise(of(&[2]));
    assert_eq!(open(&gaps), Some(Missed::All));
    assert_eq!(open(&gaps), None);
}

#[tokio::test]
async fn waiting_tracker_gets_the_first_gap() {
    let gaps = GapTracker::default();
    let (missed, ()) = tokio::join!(gaps.take(), async { gaps.raise(of(&[5])) });
    assert_eq!(missed, of(&[5]));
}
