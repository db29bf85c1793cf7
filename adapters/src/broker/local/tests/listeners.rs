use futures_util::FutureExt as _;
use leopard_core::domain::id::UserId;

use super::receiver::{Receiver, hub};
use crate::broker::local::listeners::{LocalListeners, PresenceDiff};

/// The current change, in order.
fn next_diff(listeners: &mut LocalListeners) -> Option<(Vec<i64>, Vec<i64>)> {
    let PresenceDiff { joined, left } = listeners.next_diff().now_or_never()?;
    let in_order = |mut users: Vec<UserId>| {
        users.sort_unstable();
        users.into_iter().map(|user| user.0).collect()
    };
    Some((in_order(joined), in_order(left)))
}

#[test]
fn first_diff_has_all_users_then_only_changes() {
    let hub = hub(20);
    let (_ana, bob) = (Receiver::open(&hub, 1), Receiver::open(&hub, 2));
    let mut listeners = hub.listeners();
    assert_eq!(next_diff(&mut listeners), Some((vec![1, 2], vec![])));
    assert_eq!(next_diff(&mut listeners), None);
    let _eve = Receiver::open(&hub, 3);
    drop(bob);
    assert_eq!(next_diff(&mut listeners), Some((vec![3], vec![2])));
    assert_eq!(next_diff(&mut listeners), None);
}

#[test]
fn further_streams_of_a_user_are_no_change() {
    let hub = hub(20);
    let mut listeners = hub.listeners();
    let phone = Receiver::open(&hub, 1);
    assert_eq!(next_diff(&mut listeners), Some((vec![1], vec![])));
    let desk = Receiver::open(&hub, 1);
    drop(phone);
    assert_eq!(next_diff(&mut listeners), None);
    drop(desk);
    assert_eq!(next_diff(&mut listeners), Some((vec![], vec![1])));
}

#[test]
fn user_who_joins_and_leaves_in_between_is_not_reported() {
    let hub = hub(20);
    let mut listeners = hub.listeners();
    drop(Receiver::open(&hub, 1));
    assert_eq!(next_diff(&mut listeners), None);
    let first = Receiver::open(&hub, 2);
    next_diff(&mut listeners);
    drop(first);
    let _again = Receiver::open(&hub, 2);
    assert_eq!(next_diff(&mut listeners), None);
}

#[tokio::test]
async fn waiting_listener_is_woken_by_joins_and_leaves() {
    let hub = hub(20);
    let mut listeners = hub.listeners();
    let (joined, bob) = tokio::join!(listeners.next_diff(), async { Receiver::open(&hub, 7) });
    assert_eq!(joined.joined, [UserId(7)]);
    let (left, ()) = tokio::join!(listeners.next_diff(), async { drop(bob) });
    assert_eq!(left.left, [UserId(7)]);
}

#[test]
fn new_listener_begins_with_all_users() {
    let hub = hub(20);
    let _bob = Receiver::open(&hub, 2);
    let mut listeners = hub.listeners();
    next_diff(&mut listeners);
    drop(listeners);
    let _eve = Receiver::open(&hub, 3);
    assert_eq!(next_diff(&mut hub.listeners()), Some((vec![2, 3], vec![])));
}
