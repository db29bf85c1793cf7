use leopard_core::port::{CloseReason, NotificationPublisher, NotificationSubscriber, Signal};

use super::receiver::{Receiver, carrying, hub, login, update};

#[test]
fn update_reaches_every_stream_of_its_user_only() {
    let hub = hub(20);
    let (mut phone, mut desk) = (Receiver::open(&hub, 1), Receiver::open(&hub, 1));
    let mut stranger = Receiver::open(&hub, 2);

    hub.notify(carrying(1, 7));

    assert_eq!(phone.recv(), Some(Signal::Updated(carrying(1, 7))));
    assert_eq!(desk.recv(), Some(Signal::Updated(carrying(1, 7))));
    assert_eq!(stranger.recv(), None);
}

#[tokio::test]
async fn published_update_notifies_streams() {
    let hub = hub(20);
    let (mut bob, mut eve) = (Receiver::open(&hub, 1), Receiver::open(&hub, 2));

    hub.publish(vec![carrying(1, 1), carrying(2, 5), carrying(1, 2)]).await;

    assert_eq!(bob.recv_all(), [Signal::Updated(carrying(1, 2))]);
    assert_eq!(eve.recv_all(), [Signal::Updated(carrying(2, 5))]);
}

#[test]
fn pending_updates_merge_into_one() {
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
fn notification_behind_the_head_is_not_signalled() {
    let hub = hub(20);
    let mut bob = Receiver::open(&hub, 1);

    hub.notify(carrying(1, 3));
    hub.notify(update(1, 4, 0));

    assert_eq!(bob.recv_all(), [Signal::Updated(update(1, 4, 0))]);
}

#[test]
fn stale_update_wakes_no_stream() {
    let hub = hub(20);
    let mut bob = Receiver::open(&hub, 1);
    hub.notify(update(1, 5, 3));
    bob.recv_all();

    for stale in [update(1, 5, 3), update(1, 4, 0), update(1, 0, 2), carrying(1, 5)] {
        hub.notify(stale);
    }
    assert_eq!((bob.wakes(), bob.recv()), (0, None));

    hub.notify(update(1, 5, 4));
    assert_eq!(bob.wakes(), 1);
    assert_eq!(bob.recv_all(), [Signal::Updated(update(1, 5, 4))]);
}

#[test]
fn sleeping_task_is_woken_once_for_many_updates() {
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
fn end_is_signalled_first_and_last() {
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
