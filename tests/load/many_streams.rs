//! Nine thousand idle streams.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use leopard_tests::fixtures::now;
use leopard_tests::support::seeded_users::Member;
use leopard_tests::support::{
    LeanStream, TIMEOUT, Workdir, alone, figure, process, seeded_users, within,
};
use serde_json::Value;

const USERS: usize = 450;
const STREAMS_OF_EACH: usize = 20;
const STREAMS: u64 = (USERS * STREAMS_OF_EACH) as u64;

const AT_A_TIME: usize = 32;

/// The time limit for noticing closed connections.
const NOTICED: Duration = Duration::from_secs(1);

/// The most resident bytes of an idle stream: several times of what is normal.
const MEMORY: u64 = 16 * 1024;

/// Reads until a heartbeat that was sent after this time.
async fn heartbeat_after(stream: &mut LeanStream, time: DateTime<Utc>) {
    loop {
        let heartbeat = stream.next_of("heartbeat").await;
        let data: Value = serde_json::from_str(&heartbeat.data).expect("data is JSON");
        let sent = data["timestamp"].as_str().expect("a time");
        if sent.parse::<DateTime<Utc>>().expect("a time") > time {
            return;
        }
    }
}

async fn many_idle_streams(workdir: Workdir, members: Vec<Member>) {
    let leopard = workdir.serve().await;
    let address = leopard.address();
    assert_eq!(leopard.open_streams().await, 0);
    let before = figure::resident(leopard.process());

    let begun = Instant::now();
    let tokens = members.iter().map(|member| member.token.as_str());
    let requests = (0..STREAMS_OF_EACH).flat_map(|_| tokens.clone());
    let opening = stream::iter(requests)
        .map(|token| LeanStream::open(address, token, None))
        .buffer_unordered(AT_A_TIME)
        .try_collect();
    let streams: Result<Vec<_>, _> = within("all are open", 2 * TIMEOUT, opening).await;
    let mut streams = streams.expect("all are open");
    let opened_in = begun.elapsed();
    assert_eq!(leopard.open_streams().await, STREAMS);

    let all_open = now();
    within("a heartbeat for each", TIMEOUT, async {
        for stream in &mut streams {
            heartbeat_after(stream, all_open).await;
        }
    })
    .await;
    assert_eq!(leopard.open_streams().await, STREAMS);
    let after = figure::resident(leopard.process());
    let each = (after - before) * 1024 / STREAMS;
    figure::print(&format!(
        "{STREAMS} streams opened in {opened_in:?}; {before} KiB before, {after} KiB with them, \
         {each} bytes a stream"
    ));
    assert!(each < MEMORY, "{each} bytes a stream");

    // The check that none is left begins when the last client has closed its socket.
    drop(streams);
    let closed = Instant::now();
    leopard.until_open_streams(0, NOTICED).await;
    figure::print(&format!("all were closed {:?} later", closed.elapsed()));
}

#[tokio::test]
async fn nine_thousand_idle_streams_stay_open_and_close() {
    let _alone = alone().await;
    // One for each stream, and some for everything else.
    let (wanted, limit) = (STREAMS + 1_000, process::allow_files());
    assert!(
        limit >= wanted,
        "this test opens {STREAMS} connections, but the hard limit of open files is {limit}: \
         raise it to {wanted} (ulimit -Hn) and run it again"
    );
    let settings = [("LEOPARD_HEARTBEAT_SECONDS", "4"), ("LEOPARD_LOG", "warn")];
    let (workdir, members) = seeded_users::on_sqlite(&settings, USERS).await;
    many_idle_streams(workdir, members).await;
}
