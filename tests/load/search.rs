//! Searches in the texts of tasks: slow searches of one user do not delay others.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use leopard_tests::fixtures::task_body;
use leopard_tests::support::background::Background;
use leopard_tests::support::sql::{connect, until_blocked};
use leopard_tests::support::{
    Leopard, Request, Response, Socket, TIMEOUT, User, Workdir, alone, figure, new_database, until,
};
use sea_orm::{ConnectionTrait as _, TransactionTrait as _};
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
const PATIENCE: Duration = Duration::from_millis(100);
/// How often the witness sends requests meanwhile.
const QUESTIONS: usize = 20;

/// No other limit protects a node.
const UNLIMITED: [(&str, &str); 3] = [
    ("LEOPARD_LOG", "warn"),
    ("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", "0"),
    ("LEOPARD_REQUESTS_PER_MINUTE", "0"),
];

/// A search whose pattern nearly matches everywhere.
fn slow_search() -> String {
    format!("{TASKS}?search={}b", "a".repeat(99))
}

async fn make_slow_tasks(user: &User) {
    let mut task = task_body("x", user.id);
    task["detail"] = json!("a".repeat(LONGEST_DETAIL));
    let left = Arc::new(AtomicUsize::new(SLOW_TASKS));
    let mut writers = JoinSet::new();
    for _ in 0..SEARCHERS {
        let (api, left) = (user.api.clone(), left.clone());
        let task = task.clone();
        writers.spawn(async move {
            let one_less = |left: usize| left.checked_sub(1);
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok() {
                api.post(TASKS, task.clone()).await.expect(201);
            }
        });
    }
    writers.join_all().await;
}

/// Searches again and again on several connections, and never waits for the response.
fn search_and_hang_up(leopard: &Leopard, user: &User, sent: &Arc<AtomicUsize>) -> Background {
    let address = leopard.address();
    let request = Request::get(&user.access, slow_search());
    let sent = sent.clone();
    Background::start(async move {
        let mut searchers = JoinSet::new();
        for _ in 0..SEARCHERS {
            let (request, sent) = (request.clone(), sent.clone());
            searchers.spawn(async move {
                loop {
                    let mut socket = Socket::to(address).await;
                    socket.request(&request).await;
                    sent.fetch_add(1, Ordering::Relaxed);
                    let _ = timeout(PATIENCE, socket.response()).await;
                }
            });
        }
        searchers.join_all().await;
    })
}

async fn is_served(what: &str, asked: impl Future<Output = Response>) {
    let response = asked.await;
    assert_eq!(response.status, 200, "{what}: {response:?}");
}

async fn searches_of_one_user_delay_no_other(workdir: Workdir) {
    let leopard = workdir.with_all(&UNLIMITED).serve().await;
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
        is_served("login", leopard.log_in(&witness.name, &witness.password)).await;
        let found = witness.api.get(&format!("{TASKS}?search=ring")).await;
        assert_eq!(found.expect(200)["count"], 1);
        // Other requests of the hostile user are served, too.
        is_served("own inbox", hostile.api.get("/api/v1/notifications/")).await;
    }
    let sent = sent.load(Ordering::Relaxed);
    figure::print(&format!("a witness was served beside {sent} slow searches"));
    leopard.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_searches_of_one_user_delay_no_other_on_sqlite() {
    let _alone = alone().await;
    searches_of_one_user_delay_no_other(Workdir::new(&[])).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_searches_of_one_user_delay_no_other_on_postgres() {
    let _alone = alone().await;
    searches_of_one_user_delay_no_other(Workdir::for_node(&new_database().await)).await;
}

/// A lock on the table stands for a search that takes too long.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn search_that_takes_too_long_is_interrupted_and_one_without_a_client_ends() {
    let _alone = alone().await;
    let database = new_database().await;
    let leopard = Workdir::for_node(&database).serve().await;
    let alice = leopard.user("alice").await;
    alice.api.create_task("Ring them", alice.id).await;
    let database = connect(&database).await;
    let lock = database.begin().await.expect("a transaction");
    let locked = lock.execute_unprepared("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE");
    locked.await.expect("the table");

    let search = format!("{TASKS}?search=ring");
    let late = alice.api.get(&search).await;
    assert!(!late.header("Retry-After").is_empty(), "{late:?}");
    let late = late.problem(503, "overloaded");
    assert_eq!(late["detail"], "The search took too long.");

    let mut socket = Socket::to(leopard.address()).await;
    socket.request(&Request::get(&alice.access, &search)).await;
    until_blocked(&database).await;
    drop(socket);
    // The access log has nginx's status of a client that disconnected.
    leopard.until_logged("status=499", TIMEOUT).await;

    lock.rollback().await.expect("the table is free");
    let found = alice.api.until_status(&search, 200, TIMEOUT).await;
    assert_eq!(found.expect(200)["count"], 1);
}
