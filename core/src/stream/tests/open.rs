use std::pin::pin;
use std::task::{Context, Waker};

use super::line::{BOB, Line, Next, caller, next, notification, now, sequences};
use crate::domain::id::NotificationId;
use crate::domain::notification::{
    Mailbox, MailboxUpdate, ReadStateChange, ReadStatePage, ReadStatus, RevisionCursor,
};
use crate::port::{CloseReason, Signal};
use crate::stream::{LiveStream, StreamEvent};

fn update(head: i64, revision: i64) -> Signal {
    Signal::Updated(MailboxUpdate { user: BOB, head, revision, notification: None })
}

#[tokio::test]
async fn it_subscribes_before_it_reads_the_mailbox() {
    let line = Line::with_head(3);
    let _stream = line.streams().open(&caller(), None).await.ok().unwrap();
    assert_eq!(line.calls(), ["elsewhere", "subscribe", "mailboxes"]);
    let request = line.request().unwrap();
    assert_eq!(request.login, caller().login);
    assert_eq!(request.expires_at, caller().token_expires_at);
    assert_eq!(request.opened_at, now());
    assert_eq!(request.count_on_other_nodes, 2);
}

#[tokio::test]
async fn the_first_event_comes_at_once_with_a_snapshot() {
    let line = Line::with_head(3);
    let mut stream = line.streams().open(&caller(), None).await.ok().unwrap();
    let snapshot = StreamEvent::ConnectionEstablished {
        user: BOB,
        start: 3,
        newest: 3,
        unread: 3,
        heartbeat_seconds: 30,
        token_expires_at: caller().token_expires_at,
    };
    assert_eq!(next(&mut stream), Next::Writes(vec![snapshot]));
    assert_eq!(next(&mut stream), Next::Waits);
    assert_eq!(line.calls(), ["elsewhere", "subscribe", "mailboxes"]);
}

#[tokio::test]
async fn one_who_was_never_told_anything_starts_at_nothing() {
    let line = Line::with_head(0);
    let mut stream = line.streams().open(&caller(), None).await.ok().unwrap();
    assert_eq!(sequences(&mut stream), (vec![0], Next::Waits));

    line.grow(1);
    line.signal(update(1, 0));
    assert_eq!(sequences(&mut stream), (vec![1], Next::Waits));
}

#[tokio::test]
async fn what_was_committed_while_it_opened_is_shown_once() {
    let line = Line::with_head(3);
    line.signal(Signal::Updated(MailboxUpdate::of_notification(notification(3))));
    line.signal(Signal::Updated(MailboxUpdate::of_notification(notification(4))));
    line.grow(4);
    let mut stream = line.streams().open(&caller(), Some(2)).await.ok().unwrap();
    assert_eq!(sequences(&mut stream), (vec![2, 3, 4], Next::Waits));
}

#[tokio::test]
async fn an_update_that_carries_the_next_one_saves_the_read() {
    let line = Line::with_head(3);
    let mut stream = line.streams().open(&caller(), None).await.ok().unwrap();
    line.signal(Signal::Updated(MailboxUpdate::of_notification(notification(4))));
    line.signal(Signal::Updated(MailboxUpdate::of_notification(notification(4))));
    assert_eq!(sequences(&mut stream), (vec![3, 4], Next::Waits));
    assert_eq!(line.calls(), ["elsewhere", "subscribe", "mailboxes"]);
}

#[tokio::test]
async fn a_long_replay_comes_page_by_page_and_goes_live() {
    let line = Line::with_head(200);
    let mut stream = line.streams().open(&caller(), Some(0)).await.ok().unwrap();
    line.grow(201);
    line.signal_meanwhile(update(201, 0));
    let expected: Vec<_> = (0..=201).collect();
    assert_eq!(sequences(&mut stream), (expected, Next::Waits));
    let reads = line.calls().iter().filter(|call| **call == "log_after").count();
    assert_eq!(reads, 4);
}

#[tokio::test]
async fn what_is_read_elsewhere_is_told_here() {
    let line = Line::with_head(3);
    let mut stream = line.streams().open(&caller(), None).await.ok().unwrap();
    sequences(&mut stream);
    line.change(ReadStatePage {
        mailbox: Mailbox { user: BOB, head: 3, revision: 1, unread: 2 },
        changes: vec![ReadStateChange {
            cursor: RevisionCursor { revision: 1, id: NotificationId(102) },
            status: ReadStatus::Read,
        }],
    });
    line.signal(update(3, 1));
    let told = vec![
        StreamEvent::NotificationsRead(vec![NotificationId(102)]),
        StreamEvent::UnreadCount(2),
    ];
    assert_eq!(next(&mut stream), Next::Writes(told));
    assert_eq!(next(&mut stream), Next::Waits);
}

#[tokio::test]
async fn a_heartbeat_says_what_time_it_is() {
    let line = Line::with_head(0);
    let mut stream = line.streams().open(&caller(), None).await.ok().unwrap();
    sequences(&mut stream);
    line.signal(Signal::HeartbeatDue);
    let beat = StreamEvent::Heartbeat(now());
    assert_eq!(next(&mut stream), Next::Writes(vec![beat]));
    assert_eq!(next(&mut stream), Next::Waits);
}

#[tokio::test]
async fn an_end_is_heard_while_the_client_does_not_read() {
    let line = Line::with_head(0);
    let mut stream = line.streams().open(&caller(), None).await.ok().unwrap();
    let ended = |stream: &mut LiveStream| {
        let mut context = Context::from_waker(Waker::noop());
        pin!(stream.ended()).poll(&mut context).is_ready()
    };
    sequences(&mut stream);
    line.grow(2);
    line.signal(Signal::Updated(MailboxUpdate::of_notification(notification(1))));
    line.signal(Signal::HeartbeatDue);
    line.signal(Signal::Updated(MailboxUpdate::of_notification(notification(2))));
    line.signal(Signal::HeartbeatDue);
    assert!(!ended(&mut stream));
    let Next::Writes(first) = next(&mut stream) else { panic!("it has heard all that") };
    let beats = |event: &&StreamEvent| matches!(event, StreamEvent::Heartbeat(_));
    assert_eq!(first.iter().filter(beats).count(), 1, "{first:?}");
    assert_eq!(first.iter().find_map(StreamEvent::cursor), Some(1));
    assert_eq!(sequences(&mut stream), (vec![2], Next::Waits));

    line.signal(Signal::End(CloseReason::TokenExpired));
    assert!(ended(&mut stream));
    assert!(ended(&mut stream), "it stays so");
    let word = vec![StreamEvent::TokenExpired];
    assert_eq!(next(&mut stream), Next::Writes(word));
    assert_eq!(next(&mut stream), Next::Ends);
}

#[tokio::test]
async fn a_stream_that_is_dropped_gives_its_place_up() {
    let line = Line::with_head(0);
    let streams = line.streams();
    let first = streams.open(&caller(), None).await.ok().unwrap();
    let second = streams.open(&caller(), None).await.ok().unwrap();
    assert_eq!(line.open_streams(), 2);
    drop(first);
    assert_eq!(line.open_streams(), 1);
    drop(second);
    assert_eq!(line.open_streams(), 0);
}
