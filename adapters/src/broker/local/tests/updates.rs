use leopard_core::port::{CloseReason, NotificationPublisher, NotificationSubscriber, Signal};

use super::receiver::{Receiver, carrying, hub, login, update};

#[test]
fn an_update_is_heard_by_every_stream_of_its_user_and_by_nobody_else() {
    let hub = hub(20);
    let (mut phone, mut desk) = (Receiver::open(&hub, 1), Receiver::open(&hub, 1));
    let mut stranger = Receiver::open(&hub, 2);

    hub.notify(carrying(1, 7));

    assert_eq!(phone.recv(), Some(Signal::Updated(carrying(1, 7))));
    assert_eq!(desk.recv(), Some(Signal::Updated(carrying(1, 7))));
    assert_eq!(stranger.recv(), None);
}

#[tokio::test]
async fn what_is_published_rings() {
    let hub = hub(20);
    let (mut bob, mut eve) = (Receiver::open(&hub, 1), Receiver::open(&hub, 2));

    hub.publish(vec![carrying(1, 1), carrying(2, 5), carrying(1, 2)])
        .await;

    assert_eq!(bob.recv_all(), [Signal::Updated(carrying(1, 2))]);
    assert_eq!(eve.recv_all(), [Signal::Updated(carrying(2, 5))]);
}

#[test]
fn updates_that_were_not_taken_merge_into_one() {
    let hub = hub(20);
    let mut bob = Receiver::open(&hub, 1);

    hub.notify(carrying(1, 3));
    hub.notify(update(1, 0, 9));
    hub.notify(carrying(1, 4));
    hub.notify(carrying(1, 2));
    hub.notify(update(1, 4, 8));

    let mut merged = carrying(1, 4);
    merged.revision = 9;
    assert_eq!(bob.recv_all(), [Signal::Updated(merged)]);
}

#[test]
fn a_notification_that_is_not_at_the_head_any_more_is_not_carried() {
    let hub = hub(20);
    let mut bob = Receiver::open(&hub, 1);

    hub.notify(carrying(1, 3));
    hub.notify(update(1, 4, 0));

    assert_eq!(bob.recv_all(), [Signal::Updated(update(1, 4, 0))]);
}

#[test]
fn an_update_that_tells_nothing_new_wakes_nobody() {
    let hub = hub(20);
    let mut bob = Receiver::open(&hub, 1);
    hub.notify(update(1, 5, 3));
    bob.recv_all();

    for stale in [
        update(1, 5, 3),
        update(1, 4, 0),
        update(1, 0, 2),
        carrying(1, 5),
    ] {
        hub.notify(stale);
    }
    assert_eq!((bob.wakes(), bob.recv()), (0, None));

    hub.notify(update(1, 5, 4));
    assert_eq!(bob.wakes(), 1);
    assert_eq!(bob.recv_all(), [Signal::Updated(update(1, 5, 4))]);
}

#[test]
fn one_who_sleeps_is_woken_once_however_often_it_rings() {
    let hub = hub(20);
    let mut bob = Receiver::open(&hub, 1);
    assert_eq!(bob.recv(), None);
    for head in 1..=100 {
        hub.notify(update(1, head, 0));
    }
    assert_eq!(bob.wakes(), 1);
    assert_eq!(bob.recv_all(), [Signal::Updated(update(1, 100, 0))]);
}

#[test]
fn the_end_is_heard_before_anything_else_and_nothing_after_it() {
    let hub = hub(20);
    let mut bob = Receiver::open(&hub, 1);
    hub.notify(update(1, 1, 0));
    hub.end(login(1, "s"), CloseReason::LoggedOut);
    hub.notify(update(1, 2, 0));
    hub.end(login(1, "s"), CloseReason::TokenExpired);
    hub.shut_down();

    assert_eq!(bob.recv_all(), [Signal::End(CloseReason::LoggedOut)]);

    hub.notify(update(1, 3, 0));
    hub.end(login(1, "s"), CloseReason::TokenExpired);
    assert_eq!((bob.wakes(), bob.recv()), (0, None));
}
