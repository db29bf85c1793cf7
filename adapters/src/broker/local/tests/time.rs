use leopard_core::port::{CloseReason, NotificationSubscriber, Signal, SubscriptionRequest};

use super::receiver::{Receiver, at, hub, request, update};

/// The milliseconds at which a stream that opened at `opened` gets a heartbeat.
fn beats(opened: i64, ticks: &[i64]) -> Vec<i64> {
    let hub = hub(20);
    let request = SubscriptionRequest { opened_at: at(opened), ..request(1) };
    let mut bob = Receiver::try_open(&hub, request).unwrap();
    let beats = ticks.iter().copied().filter(|now| {
        hub.tick(at(*now));
        match bob.recv_all()[..] {
            [] => false,
            [Signal::HeartbeatDue] => true,
            ref more => panic!("{more:?}"),
        }
    });
    beats.collect()
}

#[test]
fn heartbeat_is_due_each_interval_after_the_opening() {
    let ticks: Vec<_> = (0..=40_000).step_by(250).collect();
    assert_eq!(beats(0, &ticks), [10_000, 20_000, 30_000, 40_000]);
    assert_eq!(beats(3_500, &ticks), [13_500, 23_500, 33_500]);
}

#[test]
fn late_tick_signals_one_heartbeat_and_keeps_the_phase() {
    let ticks = [9_999, 10_001, 47_000, 49_999, 50_000, 59_999, 60_000];
    assert_eq!(beats(0, &ticks), [10_001, 47_000, 50_000, 60_000]);
}

#[test]
fn clock_that_is_set_back_does_not_stop_heartbeats() {
    let ticks = [10_000, -3_600_000, -3_590_001, -3_590_000, -3_580_000];
    assert_eq!(beats(0, &ticks), [10_000, -3_590_000, -3_580_000]);
}

#[test]
fn missed_heartbeats_merge_into_one() {
    let hub = hub(20);
    let mut bob = Receiver::open(&hub, 1);
    assert_eq!(bob.recv(), None);
    hub.tick(at(10_000));
    hub.tick(at(20_000));
    assert_eq!(bob.wakes(), 1);
    assert_eq!(bob.recv_all(), [Signal::HeartbeatDue]);
}

#[test]
fn update_is_signalled_before_heartbeat() {
    let hub = hub(20);
    let mut bob = Receiver::open(&hub, 1);
    hub.tick(at(10_000));
    hub.notify(update(1, 1, 0));
    assert_eq!(bob.recv_all(), [Signal::Updated(update(1, 1, 0)), Signal::HeartbeatDue]);
}

#[test]
fn token_expiry_ends_its_stream_only() {
    let hub = hub(20);
    let short = SubscriptionRequest { expires_at: at(5_000), ..request(1) };
    let mut short = Receiver::try_open(&hub, short).unwrap();
    let mut long = Receiver::open(&hub, 1);

    hub.tick(at(4_999));
    assert_eq!(short.recv(), None);
    hub.tick(at(5_000));
    assert_eq!(short.wakes(), 1);
    hub.tick(at(15_000));
    assert_eq!(short.recv_all(), [Signal::End(CloseReason::TokenExpired)]);
    assert_eq!(long.recv_all(), [Signal::HeartbeatDue]);
}
