//! Too much of anything: log ins that fail, log ins at once, requests of a user.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use leopard_tests::support::figure;
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::rest::Answer;
use leopard_tests::support::wait::within;
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// A proxy on this machine may say where requests come from.
const BEHIND_A_PROXY: (&str, &str) = ("LEOPARD_TRUSTED_PROXIES", "loopback");
/// Log ins are not counted by the hour.
const NOT_BY_THE_HOUR: (&str, &str) = ("LEOPARD_LOGIN_ATTEMPTS_PER_HOUR", "0");
/// How long a thousand log ins may take on a machine that is busy.
const ALL: Duration = Duration::from_mins(3);

/// A log in, said to come from another address where one is given.
async fn log_in(leopard: &Leopard, name: &str, password: &str, from: Option<&str>) -> Answer {
    let request = leopard.anonymous().request("POST", "/api/token/");
    let request = match from {
        Some(address) => request.header("X-Forwarded-For", address),
        None => request,
    };
    let credentials = json!({"username": name, "password": password});
    // Of a thousand, the last one waits for all the others.
    Answer::to(request.json(&credentials).timeout(ALL)).await
}

/// Refused for a while; the answer says for how many seconds.
#[track_caller]
fn wait(answer: Answer) -> u64 {
    let seconds = answer.header("Retry-After").parse();
    let seconds = seconds.expect("a whole number of seconds");
    let problem = answer.problem(429, "throttled");
    assert_eq!(problem["detail"], "Request was throttled.");
    seconds
}

#[tokio::test]
async fn login_attempts_per_minute_are_limited() {
    let leopard = Leopard::start(&[BEHIND_A_PROXY]).await;
    let password = leopard.admin_password();
    for _ in 0..10 {
        let wrong = log_in(&leopard, "admin", "a guess", None).await;
        wrong.problem(401, "no_active_account");
    }
    for attempt in ["a guess", &password] {
        let seconds = wait(log_in(&leopard, "admin", attempt, None).await);
        assert!((1..=60).contains(&seconds), "{seconds}");
    }
    // Others are not shut out: other names from there, and the same name from elsewhere.
    let other = log_in(&leopard, "Admin", &password, None).await;
    other.problem(401, "no_active_account");
    let elsewhere = log_in(&leopard, "admin", &password, Some("192.0.2.7")).await;
    elsewhere.expect(200);
}

#[tokio::test]
async fn login_throttle_counts_all_names_of_a_network() {
    let leopard =
        Leopard::start(&[("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", "1"), BEHIND_A_PROXY]).await;
    let guess = async |number: u32, from: &str| {
        log_in(&leopard, &format!("name{number}"), "a guess", Some(from)).await
    };
    for number in 0..10 {
        let address = format!("2001:db8::{number:x}");
        let wrong = guess(number, &address).await;
        wrong.problem(401, "no_active_account");
    }
    wait(guess(10, "2001:db8::ffff").await);
    let elsewhere = guess(10, "2001:db8:0:1::1").await;
    elsewhere.problem(401, "no_active_account");
}

#[tokio::test]
async fn forwarded_header_of_untrusted_peer_is_ignored() {
    let leopard = Leopard::start(&[
        ("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", "1"),
        ("LEOPARD_TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.1"),
    ])
    .await;
    let wrong = log_in(&leopard, "admin", "a guess", Some("203.0.113.1")).await;
    wrong.problem(401, "no_active_account");
    for address in ["203.0.113.2", "192.0.2.1", "10.0.0.1"] {
        wait(log_in(&leopard, "admin", "a guess", Some(address)).await);
    }
}

#[tokio::test]
async fn forwarded_headers_are_not_trusted_by_default() {
    let leopard = Leopard::start(&[("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", "1")]).await;
    let wrong = log_in(&leopard, "admin", "a guess", Some("203.0.113.1")).await;
    wrong.problem(401, "no_active_account");
    wait(log_in(&leopard, "admin", "a guess", Some("203.0.113.2")).await);
}

#[tokio::test]
async fn login_attempts_per_account_and_hour_are_limited() {
    let leopard = Leopard::start(&[BEHIND_A_PROXY]).await;
    let password = leopard.admin_password();
    let workdir = Some("198.51.100.1");
    log_in(&leopard, "admin", &password, workdir).await.expect(200);
    let guess = async |number: u32| {
        let from = format!("203.0.113.{number}");
        log_in(&leopard, "admin", "a guess", Some(&from)).await
    };
    // The first log in was from a network that nobody knew, and counts.
    for number in 1..100 {
        guess(number).await.problem(401, "no_active_account");
    }
    let seconds = wait(guess(100).await);
    assert!((3_000..=3_600).contains(&seconds), "{seconds}");
    let elsewhere = Some("198.51.100.2");
    wait(log_in(&leopard, "admin", &password, elsewhere).await);
    // The owner is let in from where they logged in before.
    log_in(&leopard, "admin", &password, workdir).await.expect(200);
}

/// Logs in again and again from each of these addresses, until it is dropped.
fn flood(leopard: &Leopard, name: &str, password: &str, from: Vec<String>) -> JoinSet<()> {
    let mut work = JoinSet::new();
    for address in from {
        let api = leopard.anonymous();
        let credentials = json!({"username": name, "password": password});
        work.spawn(async move {
            loop {
                let request = api.request("POST", "/api/token/");
                let request = request.header("X-Forwarded-For", &address);
                Answer::to(request.json(&credentials)).await;
            }
        });
    }
    work
}

/// Another user logs in while all these do, and is never refused.
async fn log_in_beside(leopard: &Leopard, name: &str, password: &str, from: Vec<String>) {
    let witness = leopard.user("witness").await;
    let flood = flood(leopard, name, password, from);
    let begun = Instant::now();
    for _ in 0..20 {
        let answer = log_in(leopard, "witness", &witness.password, Some("192.0.2.9")).await;
        answer.expect(200);
    }
    figure::print(&format!(
        "20 log ins beside {} that do not stop: {:?}",
        flood.len(),
        begun.elapsed()
    ));
}

#[tokio::test]
async fn login_throttle_of_one_account_does_not_affect_others() {
    let leopard = Leopard::start(&[BEHIND_A_PROXY]).await;
    let mallory = leopard.user("mallory").await;
    let from = (0..300).map(|number| format!("10.0.{}.{}", number / 100, number % 100));
    log_in_beside(&leopard, "mallory", &mallory.password, from.collect()).await;
}

#[tokio::test]
async fn login_throttle_of_one_network_does_not_affect_others() {
    let off = ("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", "0");
    let leopard = Leopard::start(&[BEHIND_A_PROXY, NOT_BY_THE_HOUR, off]).await;
    let from = (0..300).map(|number| format!("2001:db8:0:{number:x}::1"));
    log_in_beside(&leopard, "nobody", "a guess", from.collect()).await;
}

#[tokio::test]
async fn links_use_forwarded_host_of_trusted_proxies_only() {
    for (trusted, expected) in
        [("loopback", "https://tasks.example.com"), ("10.0.0.0/8", ""), ("none", "")]
    {
        let leopard = Leopard::start(&[("LEOPARD_TRUSTED_PROXIES", trusted)]).await;
        let admin = leopard.admin().await;
        for number in 1..=2 {
            admin.api.create_task(&format!("{number}"), admin.id).await;
        }
        let request = admin.api.request("GET", "/api/v1/tasks/?page_size=1");
        let request = request
            .header("X-Forwarded-Host", "tasks.example.com")
            .header("X-Forwarded-Proto", "https");
        let next = Answer::to(request).await.expect(200)["next"].take();
        let own = leopard.url("");
        let origin = if expected.is_empty() { &own } else { expected };
        let path = "/api/v1/tasks/?page_size=1&page=2";
        assert_eq!(next, Value::from(format!("{origin}{path}")), "{trusted}");
    }
}

#[tokio::test]
async fn login_throttle_can_be_switched_off() {
    let leopard =
        Leopard::start(&[("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", "0"), NOT_BY_THE_HOUR]).await;
    for _ in 0..110 {
        let wrong = log_in(&leopard, "admin", "a guess", None).await;
        wrong.problem(401, "no_active_account");
    }
    leopard.admin().await;
}

/// A thousand at once, every other one right: how many had which status.
async fn wave(leopard: &Leopard, password: &str) -> BTreeMap<u16, usize> {
    let all = (0..1_000).map(|number| {
        let name = if number % 2 == 0 { "admin" } else { "nobody" };
        log_in(leopard, name, password, None)
    });
    let answers = within("all are answered", ALL, join_all(all)).await;
    let mut counts = BTreeMap::new();
    for answer in answers {
        *counts.entry(answer.status).or_insert(0) += 1;
        if answer.status == 429 {
            wait(answer);
        }
    }
    counts
}

#[tokio::test]
async fn thousand_concurrent_logins_are_answered_in_bounded_memory() {
    for limit in ["0", "10"] {
        let limit_by_the_minute = ("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", limit);
        let settings = [limit_by_the_minute, NOT_BY_THE_HOUR, BEHIND_A_PROXY];
        let leopard = Leopard::start(&settings).await;
        let password = leopard.admin_password();
        let one = log_in(&leopard, "admin", &password, None).await;
        one.expect(200);
        let mut memory = vec![figure::resident(leopard.process())];
        for number in 1..=3 {
            let begun = Instant::now();
            let counts = wave(&leopard, &password).await;
            let took = begun.elapsed();
            memory.push(figure::resident(leopard.process()));
            figure::print(&format!(
                "1,000 log ins at once, limit {limit}, wave {number}: {counts:?} in {took:?}, \
                 memory before and after each wave: {memory:?} KiB"
            ));
            let known = [200, 401, 429];
            assert!(counts.keys().all(|status| known.contains(status)), "{counts:?}");
            assert!(counts[&200] > 0 && counts[&429] > 0, "{counts:?}");
        }
        // The first wave makes room for its connections, and the next ones find it there.
        assert!(memory[1] < memory[0] + 128 * 1024, "{memory:?} KiB");
        assert!(memory[3] < memory[1] + 48 * 1024, "{memory:?} KiB");
        // It serves on.
        let elsewhere = log_in(&leopard, "admin", &password, Some("192.0.2.7")).await;
        elsewhere.expect(200);
    }
}

#[tokio::test]
async fn requests_per_minute_are_limited_per_user() {
    let leopard = Leopard::start(&[("LEOPARD_REQUESTS_PER_MINUTE", "4")]).await;
    // Learning the own id opens a stream, which is a request as well.
    let (admin, bob) = (leopard.admin().await, leopard.user("bob").await);
    for _ in 0..3 {
        let count = admin.api.get("/api/v1/notifications/unread_count/").await;
        count.expect(200);
    }
    let seconds = wait(admin.api.get("/api/v1/tasks/").await);
    assert!((1..=60).contains(&seconds), "{seconds}");
    let (status, problem, head) = leopard.stream().bearer(&admin.access).refused().await;
    assert_eq!((status, &problem["code"]), (429, &json!("throttled")));
    assert!(head.to_ascii_lowercase().contains("\r\nretry-after: "), "{head}");
    // Another token is of the same user; another user, or nobody, is not counted with them.
    let again = log_in(&leopard, "admin", &admin.password, None).await;
    let again = again.expect(200);
    let token = again["access"].as_str().expect("a token");
    wait(leopard.api(token).get("/api/v1/tasks/").await);
    bob.api.get("/api/v1/tasks/").await.expect(200);
    leopard.anonymous().get("/health/").await.expect(200);
}
