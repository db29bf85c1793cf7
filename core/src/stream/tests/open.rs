use std::pin::pin;
use std::task::{Context, Waker};

use super::fixture::{
    Next, OPENING, StreamFixture, caller, carrying_update, next, sequences, update,
};
use crate::domain::id::NotificationId;
use crate::domain::notification::{
    Mailbox, ReadStateChange, ReadStatePage, ReadStatus, RevisionCursor,
};
use crate::port::{CloseReason, Signal};
use crate::stream::{LiveStream, StreamEvent};
use crate::tests::fixtures::{BOB, now};

#[tokio::test]
async fn stream_subscribes_before_it_reads_the_mailbox() {
    let fixture = StreamFixture::with_head(3);
    let _stream = fixture.open(None).await.ok().unwrap();
    let state = fixture.state();
    assert_eq!(state.calls, OPENING);
    let request = state.request.as_ref().unwrap();
    assert_eq!(request.login, caller().login);
    assert_eq!(request.expires_at, caller().token_expires_at);
    assert_eq!(request.opened_at, now());
    assert_eq!(request.count_on_other_nodes, 2);
}

#[tokio::test]
async fn first_event_is_a_snapshot_of_the_mailbox() {
    let fixture = StreamFixture::with_head(3);
    let mut stream = fixture.open(None).await.ok().unwrap();
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
    assert_eq!(fixture.state().calls, OPENING);
}

#[tokio::test]
async fn stream_of_a_user_without_notifications_starts_at_zero() {
    let fixture = StreamFixture::with_head(0);
    let mut stream = fixture.open_and_wait().await;
    fixture.state().head = 1;
    fixture.signal(update(1, 0));
    assert_eq!(sequences(&mut stream), (vec![1], Next::Waits));
}

#[tokio::test]
async fn notification_committed_during_the_opening_is_written_once() {
    let fixture = StreamFixture::with_head(3);
    fixture.signal(carrying_update(3));
    fixture.signal(carrying_update(4));
    fixture.state().head = 4;
    let mut stream = fixture.open(Some(2)).await.ok().unwrap();
    assert_eq!(sequences(&mut stream), (vec![2, 3, 4], Next::Waits));
}

#[tokio::test]
async fn update_that_carries_the_next_notification_saves_the_read() {
    let fixture = StreamFixture::with_head(3);
    let mut stream = fixture.open_and_wait().await;
    fixture.signal(carrying_update(4));
    fixture.signal(carrying_update(4));
    assert_eq!(sequences(&mut stream), (vec![4], Next::Waits));
    assert_eq!(fixture.state().calls, OPENING);
}

#[tokio::test]
async fn long_replay_reads_page_by_page_and_continues_live() {
    let fixture = StreamFixture::with_head(200);
    let mut stream = fixture.open(Some(0)).await.ok().unwrap();
    fixture.state().head = 201;
    fixture.state().signal_during_read = Some(update(201, 0));
    assert_eq!(sequences(&mut stream), ((0..=201).collect(), Next::Waits));
    let state = fixture.state();
    assert_eq!(state.calls.iter().filter(|call| **call == "log_after").count(), 4);
}

#[tokio::test]
async fn read_on_another_device_is_written_with_the_unread_count() {
    let fixture = StreamFixture::with_head(3);
    let mut stream = fixture.open_and_wait().await;
    let id = NotificationId(102);
    fixture.state().read_state_page = Some(ReadStatePage {
        mailbox: Mailbox { user: BOB, head: 3, revision: 1, unread: 2 },
        changes: vec![ReadStateChange {
            cursor: RevisionCursor { revision: 1, id },
            status: ReadStatus::Read,
        }],
    });
    fixture.signal(update(3, 1));
    let events = vec![StreamEvent::NotificationsRead(vec![id]), StreamEvent::UnreadCount(2)];
    assert_eq!(next(&mut stream), Next::Writes(events));
    assert_eq!(next(&mut stream), Next::Waits);
}

#[tokio::test]
async fn heartbeat_has_the_current_time() {
    let fixture = StreamFixture::with_head(0);
    let mut stream = fixture.open_and_wait().await;
    fixture.signal(Signal::HeartbeatDue);
    let heartbeat = StreamEvent::Heartbeat(now());
    assert_eq!(next(&mut stream), Next::Writes(vec![heartbeat]));
    assert_eq!(next(&mut stream), Next::Waits);
}

#[tokio::test]
async fn close_is_noticed_while_the_client_does_not_read() {
    let fixture = StreamFixture::with_head(0);
    let mut stream = fixture.open_and_wait().await;
    let has_ended = |stream: &mut LiveStream| {
        let mut context = Context::from_waker(Waker::noop());
        pin!(stream.ended()).poll(&mut context).is_ready()
    };
    fixture.state().head = 2;
    for sequence in [1, 2] {
        fixture.signal(carrying_update(sequence));
        fixture.signal(Signal::HeartbeatDue);
    }
    assert!(!has_ended(&mut stream));
    let Next::Writes(first) = next(&mut stream) else { panic!("signals are kept") };
    let is_heartbeat = |event: &&StreamEvent| matches!(event, StreamEvent::Heartbeat(_));
    assert_eq!(first.iter().filter(is_heartbeat).count(), 1, "{first:?}");
    assert_eq!(first.iter().find_map(StreamEvent::cursor), Some(1));
    assert_eq!(sequences(&mut stream), (vec![2], Next::Waits));

    fixture.signal(Signal::End(CloseReason::TokenExpired));
    assert!(has_ended(&mut stream));
    assert!(has_ended(&mut stream), "for good");
    assert_eq!(next(&mut stream), Next::Writes(vec![StreamEvent::TokenExpired]));
    assert_eq!(next(&mut stream), Next::Ends);
}

#[tokio::test]
async fn dropped_stream_is_unsubscribed() {
    let fixture = StreamFixture::with_head(0);
    let first = fixture.open(None).await;
    let second = fixture.open(None).await;
    assert_eq!(fixture.subscription_count(), 2);
    drop(first);
    assert_eq!(fixture.subscription_count(), 1);
    drop(second);
    assert_eq!(fixture.subscription_count(), 0);
}
