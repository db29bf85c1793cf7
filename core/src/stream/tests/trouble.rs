//! What ends a stream, or keeps it from being opened.

use super::line::{BOB, Line, Next, caller, next, sequences};
use crate::Failure;
use crate::domain::notification::MailboxUpdate;
use crate::port::{CloseReason, Signal};
use crate::stream::StreamEvent;

#[tokio::test]
async fn one_stream_too_many_is_put_off_and_nothing_is_read() {
    let line = Line::with_head(3);
    line.fill();
    let refused = line.streams().open(&caller(), None).await.err();
    assert_eq!(refused, Some(Failure::Throttled { retry_after: 5 }));
    assert_eq!(line.calls(), ["elsewhere", "subscribe"]);
}

#[tokio::test]
async fn a_mailbox_that_cannot_be_read_opens_no_stream_and_keeps_no_place() {
    let line = Line::with_head(3);
    line.set_away(true);
    let refused = line.streams().open(&caller(), None).await.err();
    assert_eq!(refused, Some(Failure::Unavailable("away".to_owned())));
    assert_eq!(line.open_streams(), 0);
}

#[tokio::test]
async fn a_store_that_goes_away_ends_the_stream_with_a_word() {
    let line = Line::with_head(3);
    let mut stream = line.streams().open(&caller(), None).await.ok().unwrap();
    sequences(&mut stream);
    line.set_away(true);
    line.signal(Signal::Updated(MailboxUpdate {
        user: BOB,
        head: 4,
        revision: 0,
        notification: None,
    }));
    let word = vec![StreamEvent::Unavailable];
    assert_eq!(next(&mut stream), Next::Writes(word));
    line.set_away(false);
    line.signal(Signal::HeartbeatDue);
    line.signal(Signal::End(CloseReason::TokenExpired));
    for _ in 0..3 {
        assert_eq!(next(&mut stream), Next::Ends);
    }
}

#[tokio::test]
async fn changes_of_state_that_cannot_be_read_end_it_likewise() {
    let line = Line::with_head(3);
    let mut stream = line.streams().open(&caller(), None).await.ok().unwrap();
    sequences(&mut stream);
    line.set_away(true);
    line.signal(Signal::Updated(MailboxUpdate {
        user: BOB,
        head: 3,
        revision: 1,
        notification: None,
    }));
    let word = vec![StreamEvent::Unavailable];
    assert_eq!(next(&mut stream), Next::Writes(word));
    assert_eq!(next(&mut stream), Next::Ends);
}

#[tokio::test]
async fn an_end_does_not_wait_for_a_long_replay() {
    let line = Line::with_head(900);
    let mut stream = line.streams().open(&caller(), Some(0)).await.ok().unwrap();
    line.signal_meanwhile(Signal::End(CloseReason::TokenExpired));
    let (shown, last) = sequences(&mut stream);
    assert_eq!(shown, (0..=64).collect::<Vec<_>>());
    assert_eq!(last, Next::Writes(vec![StreamEvent::TokenExpired]));
    assert_eq!(next(&mut stream), Next::Ends);
    assert_eq!(line.calls(), ["elsewhere", "subscribe", "mailboxes", "log_after"]);
}

#[tokio::test]
async fn each_end_has_its_word_and_comes_once() {
    let cases = [
        (CloseReason::TokenExpired, Some(StreamEvent::TokenExpired)),
        (CloseReason::Shutdown, Some(StreamEvent::ServerShutdown)),
        (CloseReason::LoggedOut, None),
    ];
    for (reason, word) in cases {
        let line = Line::with_head(0);
        let mut stream = line.streams().open(&caller(), None).await.ok().unwrap();
        sequences(&mut stream);
        line.signal(Signal::End(reason));
        line.signal(Signal::End(CloseReason::Shutdown));
        if let Some(word) = word {
            assert_eq!(next(&mut stream), Next::Writes(vec![word]));
        }
        assert_eq!(next(&mut stream), Next::Ends);
        assert_eq!(next(&mut stream), Next::Ends);
    }
}
