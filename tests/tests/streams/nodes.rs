//! Two nodes on one database: changes at one node reach the streams of the other, with each broker and
//! without one.

use std::time::{Duration, Instant};

use leopard_tests::support::postgres::Server;
use leopard_tests::support::{
    EventStream, Leopard, Redis, TIMEOUT, User, Workdir, new_database, until, within,
};
use serde_json::json;

const INBOX: &str = "/api/v1/notifications/";
/// The log poller alone would take about a second for each of these tasks.
const IN_A_ROW: usize = 40;
/// The time limit of an event without a broker, on a busy machine.
const WITHOUT_BROKER: Duration = Duration::from_secs(5);

/// A node on this database, without heartbeats: it learns only from the broker what is read or deleted
/// elsewhere.
fn node(database: &str, redis: Option<&Redis>) -> Workdir {
    let workdir = Workdir::for_node(database).with("LEOPARD_HEARTBEAT_SECONDS", "3600");
    match redis {
        Some(redis) => workdir.with("REDIS_URL", &redis.url()),
        None => workdir,
    }
}

/// Waits until the node is ready and reports this status of itself and of its broker.
async fn until_ready(node: &Leopard, status: &str, broker: &str) {
    let what = format!("{status}, the broker is {broker}");
    until(&what, TIMEOUT, async || {
        let response = node.anonymous().get("/health/ready").await;
        let ready = (response.status == 200).then(|| response.json())?;
        (ready["status"] == status && ready["broker"] == broker).then_some(())
    })
    .await;
}

/// The same for two nodes.
async fn until_both(one: &Leopard, other: &Leopard, status: &str, broker: &str) {
    until_ready(one, status, broker).await;
    until_ready(other, status, broker).await;
}

/// Two nodes that have found their broker, and a user.
async fn two_nodes(database: &str, redis: Option<&Redis>) -> (Leopard, Leopard, User) {
    let here = node(database, redis).serve().await;
    let there = node(database, redis).serve().await;
    until_both(&here, &there, "healthy", "up").await;
    let bob = here.user("bob").await;
    (here, there, bob)
}

/// Creations, reads and deletions at one node reach a stream of the other.
async fn changes_reach(user: &User, from: &Leopard, to: &Leopard) {
    let api = from.api(&user.access);
    let mut stream = user.follow(to).await;
    let begin = Instant::now();
    for _ in 0..IN_A_ROW {
        api.create_task("One of many", user.id).await;
        stream.notification().await;
    }
    let took = begin.elapsed();
    assert!(took < TIMEOUT, "{took:?}: the log poller found them");

    api.mark_all_read().await;
    let read = stream.next_of("notification_read").await;
    let ids = read.data["notification_ids"].as_array().map(Vec::len);
    assert_eq!(ids, Some(IN_A_ROW));
    shows_unread(&mut stream, 0).await;

    let newest = api.inbox().await["results"][0]["id"].clone();
    let deleted = api.delete(&format!("{INBOX}{newest}/")).await;
    assert_eq!(deleted.status, 204);
    let deleted = stream.next_of("notification_deleted").await;
    assert_eq!(deleted.data["notification_ids"], json!([newest]));
    shows_unread(&mut stream, 0).await;
}

async fn shows_unread(stream: &mut EventStream, count: i64) {
    let unread = stream.next().await;
    let expected = json!({"type": "unread_count_update", "unread_count": count});
    assert_eq!(unread.data, expected);
}

/// The same without the broker.
async fn changes_arrive_without_broker(user: &User, from: &Leopard, stream: &mut EventStream) {
    let api = from.api(&user.access);
    api.create_task("Without a broker", user.id).await;
    within("a notification", WITHOUT_BROKER, stream.notification()).await;
    api.mark_all_read().await;
    let read = stream.next_of("notification_read");
    within("that it was read", WITHOUT_BROKER, read).await;
    shows_unread(stream, 0).await;
}

#[tokio::test]
async fn events_reach_other_nodes_through_redis() {
    let redis = Redis::start().await;
    let (here, there, bob) = two_nodes(&new_database().await, Some(&redis)).await;
    changes_reach(&bob, &here, &there).await;
    changes_reach(&bob, &there, &here).await;
}

#[tokio::test]
async fn events_reach_other_nodes_through_postgres() {
    let (here, there, bob) = two_nodes(&new_database().await, None).await;
    changes_reach(&bob, &here, &there).await;
    changes_reach(&bob, &there, &here).await;
}

#[tokio::test]
async fn redis_outage_degrades_and_recovers() {
    let mut redis = Redis::start().await;
    let (here, there, bob) = two_nodes(&new_database().await, Some(&redis)).await;
    for _ in 0..2 {
        let mut near = bob.follow(&here).await;
        let mut far = bob.follow(&there).await;
        redis.stop().await;
        until_both(&here, &there, "degraded", "down").await;
        for _ in 0..2 {
            changes_arrive_without_broker(&bob, &here, &mut far).await;
            near.next_of("unread_count_update").await;
            changes_arrive_without_broker(&bob, &there, &mut near).await;
            far.next_of("unread_count_update").await;
        }
        redis.start_again().await;
        until_both(&here, &there, "healthy", "up").await;
        changes_reach(&bob, &here, &there).await;
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
    changes_arrive_without_broker(&bob, &here, &mut stream).await;
    redis.start_again().await;
    until_both(&here, &there, "healthy", "up").await;
    changes_reach(&bob, &here, &there).await;
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
    until_both(&here, &there, "healthy", "up").await;
    changes_reach(&bob, &here, &there).await;
    changes_reach(&bob, &there, &here).await;
}
