//! Several nodes on one database: what happens at one is seen at the others, by whatever broker, and
//! while there is none.

use std::time::{Duration, Instant};

use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::postgres::{Server, new_database};
use leopard_tests::support::redis::Redis;
use leopard_tests::support::stream::EventStream;
use leopard_tests::support::user::User;
use leopard_tests::support::wait::{TIMEOUT, until, within};
use leopard_tests::support::workdir::Workdir;
use serde_json::json;

const INBOX: &str = "/api/v1/notifications/";
const READ_ALL: &str = "/api/v1/notifications/mark_all_read/";
/// The sweep finds what is new within a second, and a task that is made as soon as the one before was
/// shown waits for most of one: without a broker so many would take about as many seconds.
const IN_A_ROW: usize = 40;
/// How soon events come without a broker: within two seconds, on a machine that is busy.
const WITHOUT_BROKER: Duration = Duration::from_secs(5);

/// A node on this database. Its heart does not beat during a test: what is read or deleted elsewhere
/// it hears of by a broker or not at all.
fn node(database: &str, redis: Option<&Redis>) -> Workdir {
    let workdir = Workdir::for_node(database).with("LEOPARD_HEARTBEAT_SECONDS", "3600");
    match redis {
        Some(redis) => workdir.with("REDIS_URL", &redis.url()),
        None => workdir,
    }
}

/// Waits until the node says that it is ready, how it is, and how its broker is.
async fn until_ready(node: &Leopard, status: &str, broker: &str) {
    let what = format!("{status}, the broker is {broker}");
    until(&what, TIMEOUT, async || {
        let answer = node.anonymous().get("/health/ready").await;
        let ready = (answer.status == 200).then(|| answer.json())?;
        (ready["status"] == status && ready["broker"] == broker).then_some(())
    })
    .await;
}

/// Two nodes that have found their broker, and a user.
async fn two_nodes(database: &str, redis: Option<&Redis>) -> (Leopard, Leopard, User) {
    let here = node(database, redis).serve().await;
    let there = node(database, redis).serve().await;
    until_ready(&here, "healthy", "up").await;
    until_ready(&there, "healthy", "up").await;
    let bob = here.user("bob").await;
    (here, there, bob)
}

/// What is made, read and deleted at one node shows in a stream at another.
async fn news_go(user: &User, from: &Leopard, to: &Leopard) {
    let api = from.api(&user.access);
    let mut stream = user.follow(to).await;
    let begin = Instant::now();
    for _ in 0..IN_A_ROW {
        api.create_task("News", user.id).await;
        stream.notification().await;
    }
    let took = begin.elapsed();
    assert!(took < TIMEOUT, "{took:?}: the sweep has brought them");

    api.post_nothing(READ_ALL).await.expect(200);
    let read = stream.next_of("notification_read").await;
    let ids = read.data["notification_ids"].as_array().map(Vec::len);
    assert_eq!(ids, Some(IN_A_ROW));
    shows_unread(&mut stream, 0).await;

    let inbox = api.get(INBOX).await.expect(200);
    let newest = inbox["results"][0]["id"].clone();
    let deleted = api.delete(&format!("{INBOX}{newest}/")).await;
    assert_eq!(deleted.status, 204);
    let deleted = stream.next_of("notification_deleted").await;
    assert_eq!(deleted.data["notification_ids"], json!([newest]));
    shows_unread(&mut stream, 0).await;
}

/// The next event says how many are unread.
async fn shows_unread(stream: &mut EventStream, count: i64) {
    let unread = stream.next().await;
    let expected = json!({"type": "unread_count_update", "unread_count": count});
    assert_eq!(unread.data, expected);
}

/// The same while the broker is away, and soon nevertheless.
async fn news_go_without_broker(user: &User, from: &Leopard, stream: &mut EventStream) {
    let api = from.api(&user.access);
    api.create_task("Without a broker", user.id).await;
    within("a notification", WITHOUT_BROKER, stream.notification()).await;
    api.post_nothing(READ_ALL).await.expect(200);
    let read = stream.next_of("notification_read");
    within("that it was read", WITHOUT_BROKER, read).await;
    shows_unread(stream, 0).await;
}

#[tokio::test]
async fn events_reach_other_nodes_through_redis() {
    let redis = Redis::start().await;
    let (here, there, bob) = two_nodes(&new_database().await, Some(&redis)).await;
    news_go(&bob, &here, &there).await;
    news_go(&bob, &there, &here).await;
}

#[tokio::test]
async fn events_reach_other_nodes_through_postgres() {
    let (here, there, bob) = two_nodes(&new_database().await, None).await;
    news_go(&bob, &here, &there).await;
    news_go(&bob, &there, &here).await;
}

#[tokio::test]
async fn redis_outage_degrades_and_recovers() {
    let mut redis = Redis::start().await;
    let (here, there, bob) = two_nodes(&new_database().await, Some(&redis)).await;
    for _ in 0..2 {
        let mut near = bob.follow(&here).await;
        let mut far = bob.follow(&there).await;
        redis.stop().await;
        until_ready(&here, "degraded", "down").await;
        until_ready(&there, "degraded", "down").await;
        for _ in 0..2 {
            news_go_without_broker(&bob, &here, &mut far).await;
            near.next_of("unread_count_update").await;
            news_go_without_broker(&bob, &there, &mut near).await;
            far.next_of("unread_count_update").await;
        }
        redis.start_again().await;
        until_ready(&here, "healthy", "up").await;
        until_ready(&there, "healthy", "up").await;
        news_go(&bob, &here, &there).await;
    }
}

#[tokio::test]
async fn node_started_without_redis_connects_later() {
    let mut redis = Redis::start().await;
    redis.stop().await;
    let database = new_database().await;
    let here = node(&database, Some(&redis)).serve().await;
    let there = node(&database, Some(&redis)).serve().await;
    until_ready(&here, "degraded", "down").await;
    let health = here.anonymous().get("/health/").await.expect(200);
    assert_eq!(health["status"], "degraded");
    let bob = there.user("bob").await;
    let mut stream = bob.follow(&there).await;
    news_go_without_broker(&bob, &here, &mut stream).await;
    redis.start_again().await;
    until_ready(&here, "healthy", "up").await;
    until_ready(&there, "healthy", "up").await;
    news_go(&bob, &here, &there).await;
}

#[tokio::test]
async fn postgres_broker_recovers() {
    let postgres = Server::start().await;
    let (here, there, bob) = two_nodes(&postgres.new_database().await, None).await;
    postgres.stop().await;
    for node in [&here, &there] {
        until("both are down", TIMEOUT, async || {
            let health = node.anonymous().get("/health/").await.expect(200);
            (health["database"] == "down" && health["broker"] == "down").then_some(())
        })
        .await;
    }
    postgres.start_again().await;
    until_ready(&here, "healthy", "up").await;
    until_ready(&there, "healthy", "up").await;
    news_go(&bob, &here, &there).await;
    news_go(&bob, &there, &here).await;
}
