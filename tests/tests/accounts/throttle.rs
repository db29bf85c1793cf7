//! The login throttle, and the rate limit of a user.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use leopard_tests::fixtures::credentials;
use leopard_tests::support::{Leopard, Response, figure, within};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// Trusts a proxy on this machine.
const BEHIND_A_PROXY: (&str, &str) = ("LEOPARD_TRUSTED_PROXIES", "loopback");
/// Switches the limit per hour off.
const NOT_BY_THE_HOUR: (&str, &str) = ("LEOPARD_LOGIN_ATTEMPTS_PER_HOUR", "0");
/// The time limit of a thousand logins on a busy machine.
const ALL: Duration = Duration::from_mins(3);

/// A login, forwarded for this address if there is one.
async fn log_in(leopard: &Leopard, name: &str, password: &str, from: Option<&str>) -> Response {
    let request = leopard.anonymous().request("POST", "/api/token/");
    let request = match from {
        Some(address) => request.header("X-Forwarded-For", address),
        None => request,
    };
    // Of a thousand, the last one waits for all the others.
    Response::of(request.json(&credentials(name, password)).timeout(ALL)).await
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
        log_in(&leopard, "admin", attempt, None).await.throttled(60);
    }
    // Not throttled: other names from this address, and this name from elsewhere.
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
    guess(10, "2001:db8::ffff").await.throttled(60);
    let elsewhere = guess(10, "2001:db8:0:1::1").await;
    elsewhere.problem(401, "no_active_account");
}

#[tokio::test]
async fn forwarded_header_of_untrusted_peer_is_ignored() {
    let by_default = [].as_slice();
    let of_others = [("LEOPARD_TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.1")].as_slice();
    for trusted in [by_default, of_others] {
        let limit = [("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", "1")];
        let leopard = Leopard::start(&[&limit, trusted].concat()).await;
        let wrong = log_in(&leopard, "admin", "a guess", Some("203.0.113.1")).await;
        wrong.problem(401, "no_active_account");
        for address in ["203.0.113.2", "192.0.2.1", "10.0.0.1"] {
            log_in(&leopard, "admin", "a guess", Some(address)).await.throttled(60);
        }
    }
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
    // The first login came from an unknown network, so it counts.
    for number in 1..100 {
        guess(number).await.problem(401, "no_active_account");
    }
    let seconds = guess(100).await.throttled(3_600);
    assert!(seconds >= 3_000, "{seconds}");
    let elsewhere = Some("198.51.100.2");
    log_in(&leopard, "admin", &password, elsewhere).await.throttled(3_600);
    // Networks of earlier logins are not throttled.
    log_in(&leopard, "admin", &password, workdir).await.expect(200);
}

/// Logs in again and again from each of these addresses, until it is dropped.
fn flood(leopard: &Leopard, name: &str, password: &str, from: Vec<String>) -> JoinSet<()> {
    let mut work = JoinSet::new();
    for address in from {
        let api = leopard.anonymous();
        let credentials = credentials(name, password);
        work.spawn(async move {
            loop {
                let request = api.request("POST", "/api/token/");
                let request = request.header("X-Forwarded-For", &address);
                Response::of(request.json(&credentials)).await;
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
        let response = log_in(leopard, "witness", &witness.password, Some("192.0.2.9")).await;
        response.expect(200);
    }
    figure::print(&format!(
        "20 logins beside {} that do not stop: {:?}",
        flood.len(),
        begun.elapsed()
    ));
}

#[tokio::test]
async fn login_throttle_of_one_account_does_not_affect_others() {
    let (leopard, [mallory]) = Leopard::with_users(&[BEHIND_A_PROXY], ["mallory"]).await;
    let from = (0..300).map(|number| format!("10.0.{}.{}", number / 100, number % 100));
    log_in_beside(&leopard, "mallory", &mallory.password, from.collect()).await;
}

#[tokio::test]
async fn login_throttle_of_one_network_does_not_affect_others() {
    let off = ("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", "0");
    let leopard = Leopard::start(&[BEHIND_A_PROXY, NOT_BY_THE_HOUR, off]).await;
    let from = (0..300).map(|number| format!("2001:db8:0:{number:x}::1"));
    log_in_beside(&leopard, "unknown", "a guess", from.collect()).await;
}

#[tokio::test]
async fn links_use_forwarded_host_of_trusted_proxies_only() {
    for (trusted, expected) in
        [("loopback", "https://tasks.example.com"), ("10.0.0.0/8", ""), ("none", "")]
    {
        let (leopard, [admin]) =
            Leopard::with_users(&[("LEOPARD_TRUSTED_PROXIES", trusted)], ["admin"]).await;
        admin.api.create_tasks(2, admin.id).await;
        let request = admin.api.request("GET", "/api/v1/tasks/?page_size=1");
        let request = request
            .header("X-Forwarded-Host", "tasks.example.com")
            .header("X-Forwarded-Proto", "https");
        let next = Response::of(request).await.expect(200)["next"].take();
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

/// Sends a thousand logins at once, half of them right, and counts the statuses.
async fn wave(leopard: &Leopard, password: &str) -> BTreeMap<u16, usize> {
    let all = (0..1_000).map(|number| {
        let name = if number % 2 == 0 { "admin" } else { "unknown" };
        log_in(leopard, name, password, None)
    });
    let responses = within("all are answered", ALL, join_all(all)).await;
    let mut counts = BTreeMap::new();
    for response in responses {
        *counts.entry(response.status).or_insert(0) += 1;
        if response.status == 429 {
            response.throttled(60);
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
                "1,000 logins at once, limit {limit}, wave {number}: {counts:?} in {took:?}, \
                 memory before and after each wave: {memory:?} KiB"
            ));
            let known = [200, 401, 429];
            assert!(counts.keys().all(|status| known.contains(status)), "{counts:?}");
            assert!(counts[&200] > 0 && counts[&429] > 0, "{counts:?}");
        }
        // The first wave allocates memory that the next ones reuse.
        assert!(memory[1] < memory[0] + 128 * 1024, "{memory:?} KiB");
        assert!(memory[3] < memory[1] + 48 * 1024, "{memory:?} KiB");
        let elsewhere = log_in(&leopard, "admin", &password, Some("192.0.2.7")).await;
        elsewhere.expect(200);
    }
}

#[tokio::test]
async fn requests_per_minute_are_limited_per_user() {
    let leopard = Leopard::start(&[("LEOPARD_REQUESTS_PER_MINUTE", "4")]).await;
    // Logging in opens a stream, which is a request as well.
    let (admin, bob) = (leopard.admin().await, leopard.user("bob").await);
    for _ in 0..3 {
        admin.api.unread_count().await;
    }
    admin.api.get("/api/v1/tasks/").await.throttled(60);
    let (status, problem, head) = leopard.stream().bearer(&admin.access).refused().await;
    assert_eq!((status, &problem["code"]), (429, &json!("throttled")));
    assert!(head.to_ascii_lowercase().contains("\r\nretry-after: "), "{head}");
    // Another token of the user has the same limit; other users and anonymous requests do not.
    let again = leopard.log_in("admin", &admin.password).await.expect(200);
    let token = again["access"].as_str().expect("a token");
    leopard.api(token).get("/api/v1/tasks/").await.throttled(60);
    bob.api.get("/api/v1/tasks/").await.expect(200);
    leopard.anonymous().get("/health/").await.expect(200);
}
