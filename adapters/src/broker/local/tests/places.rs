use leopard_core::Failure;
use leopard_core::port::{CloseReason, NotificationSubscriber, Signal, SubscriptionRequest};

use super::receiver::{Receiver, hub, login, request, update};
use crate::broker::local::Hub;

fn refused(hub: &Hub, user: i64) -> Option<Failure> {
    Receiver::try_open(hub, request(user)).err()
}

#[test]
fn stream_over_the_limit_is_throttled() {
    let hub = hub(2);
    let first = Receiver::open(&hub, 1);
    let _second = Receiver::open(&hub, 1);

    let Some(Failure::Throttled { retry_after }) = refused(&hub, 1) else {
        panic!("a third stream had a place");
    };
    assert!((1..=10).contains(&retry_after));
    assert_eq!(refused(&hub, 2), None, "another user has places of their own");

    drop(first);
    assert_eq!(refused(&hub, 1), None, "a place that was given up is free");
}

#[test]
fn dropped_stream_frees_its_slot_at_once() {
    let hub = hub(20);
    let (bob, eve) = (Receiver::open(&hub, 1), Receiver::open(&hub, 2));
    assert_eq!(hub.open_streams(), 2);
    drop(bob);
    assert_eq!(hub.open_streams(), 1);
    assert_eq!(hub.logins(), [login(2, "s")]);
    drop(eve);
    assert_eq!(hub.open_streams(), 0);
    assert_eq!(hub.logins(), []);
}

#[test]
fn reused_slot_starts_empty() {
    let hub = hub(20);
    let bob = Receiver::open(&hub, 1);
    hub.notify(update(1, 50, 50));
    drop(bob);
    let mut eve = Receiver::open(&hub, 2);
    assert_eq!(eve.recv(), None);
    hub.notify(update(1, 60, 60));
    assert_eq!(eve.recv(), None);
    hub.notify(update(2, 1, 0));
    assert_eq!(eve.recv_all(), [Signal::Updated(update(2, 1, 0))]);
}

#[test]
fn each_login_is_listed_once_and_ends_alone() {
    let hub = hub(20);
    let open = |session| {
        let request = SubscriptionRequest { login: login(1, session), ..request(1) };
        Receiver::try_open(&hub, request).unwrap()
    };
    let (mut phone, mut phone_too, mut desk) = (open("phone"), open("phone"), open("desk"));

    let mut logins = hub.logins();
    logins.sort_by(|a, b| a.session.cmp(&b.session));
    assert_eq!(logins, [login(1, "desk"), login(1, "phone")]);

    hub.end(login(1, "phone"), CloseReason::LoggedOut);
    assert_eq!(phone.recv(), Some(Signal::End(CloseReason::LoggedOut)));
    assert_eq!(phone_too.recv(), Some(Signal::End(CloseReason::LoggedOut)));
    assert_eq!(desk.recv(), None);
}

#[test]
fn shutdown_ends_open_and_later_streams() {
    let hub = hub(20);
    let (mut bob, mut eve) = (Receiver::open(&hub, 1), Receiver::open(&hub, 2));
    assert_eq!((bob.recv(), eve.recv()), (None, None));

    hub.shut_down();

    assert_eq!((bob.wakes(), eve.wakes()), (1, 1));
    assert_eq!(bob.recv_all(), [Signal::End(CloseReason::Shutdown)]);
    assert_eq!(eve.recv_all(), [Signal::End(CloseReason::Shutdown)]);
    let mut late = Receiver::open(&hub, 3);
    assert_eq!(late.recv_all(), [Signal::End(CloseReason::Shutdown)]);
}

#[test]
fn idle_stream_costs_a_few_hundred_bytes() {
    assert!(size_of::<crate::broker::local::slot::Slot>() <= 128);
}
