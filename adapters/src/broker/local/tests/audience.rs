use futures_util::FutureExt as _;
use leopard_core::domain::id::UserId;

use super::listener::{Listener, hub};
use crate::broker::local::audience::{Audience, Turnover};

/// What has changed, if anything; in order.
fn turnover(audience: &mut Audience) -> Option<(Vec<i64>, Vec<i64>)> {
    let Turnover { come, gone } = audience.turnover().now_or_never()?;
    let in_order = |mut users: Vec<UserId>| {
        users.sort_unstable();
        users.into_iter().map(|user| user.0).collect()
    };
    Some((in_order(come), in_order(gone)))
}

#[test]
fn those_who_are_here_have_come_and_then_only_changes_are_told() {
    let hub = hub(20);
    let (_ana, bob) = (Listener::open(&hub, 1), Listener::open(&hub, 2));
    let mut audience = hub.audience();
    assert_eq!(turnover(&mut audience), Some((vec![1, 2], vec![])));
    assert_eq!(turnover(&mut audience), None);
    let _eve = Listener::open(&hub, 3);
    drop(bob);
    assert_eq!(turnover(&mut audience), Some((vec![3], vec![2])));
    assert_eq!(turnover(&mut audience), None);
}

#[test]
fn more_streams_of_the_same_user_change_nothing() {
    let hub = hub(20);
    let mut audience = hub.audience();
    let phone = Listener::open(&hub, 1);
    assert_eq!(turnover(&mut audience), Some((vec![1], vec![])));
    let desk = Listener::open(&hub, 1);
    drop(phone);
    assert_eq!(turnover(&mut audience), None);
    drop(desk);
    assert_eq!(turnover(&mut audience), Some((vec![], vec![1])));
}

#[test]
fn who_comes_and_goes_in_between_is_not_told_of() {
    let hub = hub(20);
    let mut audience = hub.audience();
    drop(Listener::open(&hub, 1));
    assert_eq!(turnover(&mut audience), None);
    let first = Listener::open(&hub, 2);
    turnover(&mut audience);
    drop(first);
    let _again = Listener::open(&hub, 2);
    assert_eq!(turnover(&mut audience), None);
}

#[tokio::test]
async fn one_who_waits_is_woken_by_who_comes_and_by_who_goes() {
    let hub = hub(20);
    let mut audience = hub.audience();
    let (come, bob) = tokio::join!(audience.turnover(), async { Listener::open(&hub, 7) });
    assert_eq!(come.come, [UserId(7)]);
    let (gone, ()) = tokio::join!(audience.turnover(), async { drop(bob) });
    assert_eq!(gone.gone, [UserId(7)]);
}

#[test]
fn a_new_audience_begins_with_all_again() {
    let hub = hub(20);
    let _bob = Listener::open(&hub, 2);
    let mut audience = hub.audience();
    turnover(&mut audience);
    drop(audience);
    let _eve = Listener::open(&hub, 3);
    assert_eq!(turnover(&mut hub.audience()), Some((vec![2, 3], vec![])));
}
