//! Why streams close or do not open.

use super::fixture::{Next, OPENING, StreamFixture, next, sequences, update};
use crate::Failure;
use crate::port::{CloseReason, Signal};
use crate::stream::StreamEvent;
use crate::tests::fixtures::unavailable;

#[tokio::test]
async fn stream_beyond_the_limit_is_throttled_without_a_read() {
    let fixture = StreamFixture::with_head(3);
    fixture.state().is_full = true;
    assert_eq!(fixture.open(None).await.err(), Some(Failure::Throttled { retry_after: 5 }));
    assert_eq!(fixture.state().calls, OPENING[..2]);
}

#[tokio::test]
async fn stream_of_an_unavailable_mailbox_does_not_open() {
    let fixture = StreamFixture::with_head(3);
    fixture.state().is_unavailable = true;
    assert_eq!(fixture.open(None).await.err(), Some(unavailable()));
    assert_eq!(fixture.subscription_count(), 0);
}

#[tokio::test]
async fn failed_read_ends_the_stream_with_one_event() {
    // A read of the log, and one of read states.
    for signal in [update(4, 0), update(3, 1)] {
        let fixture = StreamFixture::with_head(3);
        let mut stream = fixture.open_and_wait().await;
        fixture.state().is_unavailable = true;
        fixture.signal(signal);
        assert_eq!(next(&mut stream), Next::Writes(vec![StreamEvent::Unavailable]));
        fixture.state().is_unavailable = false;
        fixture.signal(Signal::HeartbeatDue);
        fixture.signal(Signal::End(CloseReason::TokenExpired));
        for _ in 0..3 {
            assert_eq!(next(&mut stream), Next::Ends);
        }
    }
}

#[tokio::test]
async fn close_does_not_wait_for_a_long_replay() {
    let fixture = StreamFixture::with_head(900);
    let mut stream = fixture.open(Some(0)).await.ok().unwrap();
    fixture.state().signal_during_read = Some(Signal::End(CloseReason::TokenExpired));
    let written = ((0..=64).collect(), Next::Writes(vec![StreamEvent::TokenExpired]));
    assert_eq!(sequences(&mut stream), written);
    assert_eq!(next(&mut stream), Next::Ends);
    assert_eq!(fixture.state().calls, [&OPENING[..], &["log_after"]].concat());
}

#[tokio::test]
async fn each_close_reason_writes_its_event_once() {
    for (reason, event) in [
        (CloseReason::TokenExpired, Some(StreamEvent::TokenExpired)),
        (CloseReason::Shutdown, Some(StreamEvent::ServerShutdown)),
        (CloseReason::LoggedOut, None),
    ] {
        let fixture = StreamFixture::with_head(0);
        let mut stream = fixture.open_and_wait().await;
        fixture.signal(Signal::End(reason));
        fixture.signal(Signal::End(CloseReason::Shutdown));
        if let Some(event) = event {
            assert_eq!(next(&mut stream), Next::Writes(vec![event]));
        }
        assert_eq!(next(&mut stream), Next::Ends);
        assert_eq!(next(&mut stream), Next::Ends);
    }
}
