//! Searches through the texts of tasks: the slowest of one user are their own trouble alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use leopard_tests::support::alone::alone;
use leopard_tests::support::background::Background;
use leopard_tests::support::figure;
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::postgres::new_database;
use leopard_tests::support::rest::Answer;
use leopard_tests::support::socket::{Socket, get};
use leopard_tests::support::user::User;
use leopard_tests::support::wait::{TIMEOUT, until};
use leopard_tests::support::workdir::Workdir;
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, TransactionTrait as _};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::timeout;

const TASKS: &str = "/api/v1/tasks/";
/// Comparing the pattern with each of these tasks costs 20,000 times 100 steps.
const SLOW_TASKS: usize = 800;
const LONGEST_DETAIL: usize = 20_000;
/// How many connections search at the same time.
const SEARCHERS: usize = 8;
/// How long each of them waits before it hangs up.
const IMPATIENCE: Duration = Duration::from_millis(100);
/// How often a witness asks meanwhile.
const QUESTIONS: usize = 20;

/// Nothing else protects a node here.
const UNLIMITED: [(&str, &str); 3] = [
    ("LEOPARD_LOG", "warn"),
    ("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", "0"),
    ("LEOPARD_REQUESTS_PER_MINUTE", "0"),
];

/// A search whose pattern fits nearly everywhere.
fn slow_search() -> String {
    format!("{TASKS}?search={}b", "a".repeat(99))
}

fn task(detail: &str, assigned_to: i64) -> serde_json::Value {
    json!({
        "title": "x", "detail": detail, "due_date": "2035-01-01T00:00:00Z",
        "assigned_to": assigned_to,
    })
}

async fn make_slow_tasks(user: &User) {
    let detail = "a".repeat(LONGEST_DETAIL);
    let left = Arc::new(AtomicUsize::new(SLOW_TASKS));
    let mut writers = JoinSet::new();
    for _ in 0..SEARCHERS {
        let (api, left) = (user.api.clone(), left.clone());
        let task = task(&detail, user.id);
        writers.spawn(async move {
            let one_less = |left: usize| left.checked_sub(1);
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok() {
                api.post(TASKS, task.clone()).await.expect(201);
            }
        });
    }
    writers.join_all().await;
}

/// Searches again and again on several connections, and never waits for the answer.
fn search_and_hang_up(leopard: &Leopard, user: &User, sent: &Arc<AtomicUsize>) -> Background {
    let address = leopard.address();
    let request = get(&user.access, &slow_search());
    let sent = sent.clone();
    Background::start(async move {
        let mut searchers = JoinSet::new();
        for _ in 0..SEARCHERS {
            let (request, sent) = (request.clone(), sent.clone());
            searchers.spawn(async move {
                loop {
                    let mut socket = Socket::to(address).await;
                    socket.send(&request).await;
                    sent.fetch_add(1, Ordering::Relaxed);
                    let _ = timeout(IMPATIENCE, socket.answer()).await;
                }
            });
        }
        searchers.join_all().await;
    })
}

async fn is_served(what: &str, asked: impl Future<Output = Answer>) {
    let answer = asked.await;
    assert_eq!(answer.status, 200, "{what}: {answer:?}");
}

async fn one_searcher_holds_up_nobody_else(settings: &[(&str, &str)]) {
    let leopard = Workdir::new(settings).serve().await;
    let hostile = leopard.user("hostile").await;
    let witness = leopard.user("witness").await;
    make_slow_tasks(&hostile).await;
    witness.api.create_task("Ring them", witness.id).await;

    let sent = Arc::new(AtomicUsize::new(0));
    let _searching = search_and_hang_up(&leopard, &hostile, &sent);
    until("searches are under way", TIMEOUT, async || {
        (sent.load(Ordering::Relaxed) >= 2 * SEARCHERS).then_some(())
    })
    .await;
    for _ in 0..QUESTIONS {
        is_served("ready", leopard.anonymous().get("/health/ready")).await;
        is_served("me", witness.api.get("/api/v1/users/me/")).await;
        is_served("tasks", witness.api.get(TASKS)).await;
        is_served("inbox", witness.api.get("/api/v1/notifications/")).await;
        is_served("login", log_in(&leopard, &witness)).await;
        let found = witness.api.get(&format!("{TASKS}?search=ring")).await;
        assert_eq!(found.expect(200)["count"], 1);
        // What the hostile user does otherwise is served, too.
        is_served("own inbox", hostile.api.get("/api/v1/notifications/")).await;
    }
    let sent = sent.load(Ordering::Relaxed);
    figure::print(&format!("a witness was served beside {sent} slow searches"));
    leopard.stop().await;
}

async fn log_in(leopard: &Leopard, user: &User) -> Answer {
    let credentials = json!({"username": user.name, "password": user.password});
    leopard.anonymous().post("/api/token/", credentials).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_searches_of_one_user_delay_no_other_on_sqlite() {
    let _alone = alone().await;
    one_searcher_holds_up_nobody_else(&UNLIMITED).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_searches_of_one_user_delay_no_other_on_postgres() {
    let _alone = alone().await;
    let database = new_database().await;
    let settings = [
        ("DATABASE_URL", database.as_str()),
        ("LEOPARD_JWT_SECRET", "a secret of more than thirty-two bytes"),
    ];
    one_searcher_holds_up_nobody_else(&[&settings[..], &UNLIMITED].concat()).await;
}

#[tokio::test]
async fn search_of_more_than_100_characters_is_refused() {
    let _alone = alone().await;
    let leopard = Leopard::start(&[]).await;
    let alice = leopard.user("alice").await;
    let search = async |text: &str| alice.api.get_with(TASKS, "search", text).await;
    let longest = "é".repeat(100);
    let task = task(&format!("before {longest} after"), alice.id);
    alice.api.post(TASKS, task).await.expect(201);
    assert_eq!(search(&longest).await.expect(200)["count"], 1);
    let refused = search(&format!("{longest}x")).await.problem(400, "invalid");
    let message = "Ensure this field has no more than 100 characters.";
    assert_eq!(refused["errors"], json!({"search": [message]}));
}

/// While something else keeps a search from ending, as a table that grows without end would.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn search_that_takes_too_long_is_interrupted_and_one_without_a_client_ends() {
    let _alone = alone().await;
    let database = new_database().await;
    let leopard = Workdir::new(&[
        ("DATABASE_URL", database.as_str()),
        ("LEOPARD_JWT_SECRET", "a secret of more than thirty-two bytes"),
    ])
    .serve()
    .await;
    let alice = leopard.user("alice").await;
    alice.api.create_task("Ring them", alice.id).await;
    let mut options = ConnectOptions::new(&database);
    options.max_connections(2).sqlx_logging(false);
    let database = Database::connect(options).await.expect("a connection");
    let lock = database.begin().await.expect("a transaction");
    let locked = lock.execute_unprepared("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE");
    locked.await.expect("the table");

    let search = format!("{TASKS}?search=ring");
    let late = alice.api.get(&search).await;
    assert!(!late.header("Retry-After").is_empty(), "{late:?}");
    let late = late.problem(503, "overloaded");
    assert_eq!(late["detail"], "The search took too long.");

    let mut socket = Socket::to(leopard.address()).await;
    socket.send(&get(&alice.access, &search)).await;
    until("the search waits", TIMEOUT, async || {
        let waiting = "SELECT FROM pg_stat_activity \
            WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let waiting = database.execute_unprepared(waiting).await;
        (waiting.expect("an answer").rows_affected() > 0).then_some(())
    })
    .await;
    drop(socket);
    // The access log has the status that nginx logs for this.
    until("its client is missed", TIMEOUT, async || {
        leopard.log().contains("status=499").then_some(())
    })
    .await;

    lock.rollback().await.expect("the table is free");
    let found = until("it is found", TIMEOUT, async || {
        let found = alice.api.get(&search).await;
        (found.status == 200).then_some(found)
    })
    .await;
    assert_eq!(found.expect(200)["count"], 1);
}
