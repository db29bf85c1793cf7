//! Random inputs up to the documented maxima, and a little beyond: all get a response without a fault of
//! the server, at a bounded cost, and accepted values are read back byte for byte. `TEST_LONG=1` takes
//! ten times as long, `TEST_SEED` repeats a run.

use leopard_tests::fixtures::id;
use leopard_tests::support::fuzz_target::Target;
use leopard_tests::support::hostile_text::{almost_json, header, object, text};
use leopard_tests::support::request::encoded;
use leopard_tests::support::rng::Rng;
use leopard_tests::support::{Request, Seed, Socket, TIMEOUT, alone, within};
use serde_json::{Value, json};

/// The most comments that a task gets: it may have 1,000.
const COMMENTS: usize = 900;
/// The longest value of a header, with room for the rest of a head of 16 KiB.
const HEADER: usize = 15_000;

/// Comments, in which mentions are looked for.
async fn comments(target: &mut Target, rng: &mut Rng) {
    if target.comments == COMMENTS {
        let task = target.author.api.create_task("T", target.author.id).await;
        (target.task, target.comments) = (id(&task), 0);
    }
    let text = text(rng, 5_001);
    let path = format!("/api/v1/tasks/{}/comments/", target.task);
    let request = Request::post(&target.author.access, &path, &json!({ "comment": text }));
    let (status, body) = target.send(&request).await;
    if status != 201 {
        assert_eq!(status, 400, "{text:?}: {body}");
        return;
    }
    target.comments += 1;
    let comment: Value = serde_json::from_str(&body).expect("a comment");
    assert_eq!(comment["text"], *text);
    for mention in comment["mentions"].as_array().expect("a list") {
        let place = |name: &str| mention[name].as_u64().and_then(|at| usize::try_from(at).ok());
        let (start, end) = (place("start_pos"), place("end_pos"));
        let (start, end) = (start.expect("a place"), end.expect("a place"));
        let named: String = text.chars().skip(start).take(end - start).collect();
        let username = mention["username"].as_str().expect("a name");
        assert_eq!(named, format!("@{username}"), "{text:?}");
    }
    let newest = Request::get(&target.author.access, format!("{path}?page_size=1"));
    let (_, page) = target.send(&newest).await;
    let page: Value = serde_json::from_str(&page).expect("a page");
    assert_eq!(page["results"][0], comment);
}

/// Texts that tasks and users are searched for.
async fn searches(target: &mut Target, rng: &mut Rng) {
    let (path, most) = *rng.pick(&[("tasks", 101), ("users", 151)]);
    let text = text(rng, most);
    let path = format!("/api/v1/{path}/?search={}", encoded(&text));
    let request = Request::get(&target.author.access, path);
    let (status, body) = target.send(&request).await;
    assert!([200, 400].contains(&status), "{text:?}: {body}");
}

/// Announcements: what they hold comes out of the inbox and of the stream as it went in.
async fn announcements(target: &mut Target, rng: &mut Rng) {
    let (title, message) = (text(rng, 201), text(rng, 2_001));
    let meta_info = object(rng, 4_097);
    let announcement = json!({
        "notification_type": "SYSTEM_ALERT", "assigned_to": target.author.id,
        "title": title, "message": message, "meta_info": meta_info,
    });
    let path = "/api/v1/notifications/";
    let request = Request::post(&target.staff.access, path, &announcement);
    let (status, body) = target.send(&request).await;
    if status != 201 {
        assert_eq!(status, 400, "{announcement}: {body}");
        return;
    }
    let opaque = format!("\"meta_info\":{meta_info}");
    let newest = Request::get(&target.author.access, format!("{path}?page_size=1"));
    let (_, page) = target.send(&newest).await;
    let kept: Value = serde_json::from_str(&page).expect("a page");
    let id = &kept["results"][0]["id"];
    let (event, shown) = within("an event", TIMEOUT, event_of(target, id)).await;
    for (text, notification) in [(&page, &kept["results"][0]), (&event, &shown)] {
        assert_eq!(notification["title"], *title);
        assert_eq!(notification["message"], *message);
        assert!(text.contains(&opaque), "{opaque} is not in {text}");
    }
}

/// The event of the notification with this id. Comments may have mentioned the author before.
async fn event_of(target: &mut Target, id: &Value) -> (String, Value) {
    loop {
        let event = target.stream.next_of("notification").await.data;
        let shown: Value = serde_json::from_str(&event).expect("data is JSON");
        if shown["id"] == *id {
            return (event, shown);
        }
    }
}

/// Bodies that are JSON or nearly.
async fn bodies(target: &mut Target, rng: &mut Rng) {
    let paths = ["/api/v1/tasks/", "/api/token/", "/api/v1/notifications/", "/api/v1/users/"];
    let most = *rng.pick(&[1_000, 16 * 1024, 1024 * 1024, 1024 * 1024 + 1]);
    let body = almost_json(rng, most);
    let request = Request::new("POST", *rng.pick(&paths));
    let request = request.bearer(&target.staff.access).body(body);
    let (status, body) = target.send(&request).await;
    assert!(status >= 400, "{body}");
}

async fn tokens(target: &mut Target, rng: &mut Rng) {
    // Never nothing, so that a good token becomes another one.
    let made_up = header(rng, HEADER) + "x";
    let token = match rng.among(0..=2) {
        0 => made_up,
        1 => format!("{}.{made_up}", target.author.access),
        _ => {
            let good = &target.author.access;
            let at = usize::try_from(rng.among(0..=good.len() as u64 - 1)).expect("a place");
            format!("{}{made_up}{}", &good[..at], &good[at..])
        }
    };
    let request = Request::get(&token, "/api/v1/tasks/");
    let (status, body) = target.send(&request).await;
    assert!([400, 401, 431].contains(&status), "{token:?}: {status} {body}");
    let verify = Request::new("POST", "/api/token/verify/").json(&json!({ "token": token }));
    let (status, body) = target.send(&verify).await;
    assert!([400, 401, 413].contains(&status), "{token:?}: {status} {body}");
}

/// Addresses that a proxy of ours forwards.
async fn forwarded_addresses(target: &mut Target, rng: &mut Rng) {
    let addresses = match rng.among(0..=1) {
        0 => header(rng, HEADER),
        _ => vec!["2001:db8::1"; 1_000].join(*rng.pick(&[",", ", ", ",,", " "])),
    };
    let request = Request::get(&target.author.access, "/api/v1/tasks/?page_size=1")
        .header("X-Forwarded-For", &addresses)
        .header("X-Forwarded-Host", &header(rng, 200));
    let (status, body) = target.send(&request).await;
    assert!([200, 400, 431].contains(&status), "{addresses:?}: {status} {body}");
}

async fn cursors(target: &mut Target, rng: &mut Rng) {
    let cursor = match rng.among(0..=1) {
        0 => header(rng, HEADER),
        _ => rng.pick(&["0", "1", "9"]).repeat(*rng.pick(&[1, 19, 20, HEADER])),
    };
    let request = Request::get(&target.staff.access, "/api/v1/notifications/stream/")
        .header("Last-Event-ID", &cursor)
        .header("Connection", "close");
    let bytes = request.bytes();
    target.count(&bytes);
    let mut socket = Socket::connect(&target.leopard).await;
    socket.send_bytes(&bytes).await;
    let head = socket.until("\r\n\r\n").await;
    // Streams that were hung up may still be open for a moment, and a user has 20.
    let known = ["200", "400", "429", "431"].contains(&&head[9..12]);
    assert!(known, "{cursor:?}: {head}");
    if head.starts_with("HTTP/1.1 200") {
        socket.until("\n\n").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_inputs_have_bounded_cost_and_are_stored_unchanged() {
    let _alone = alone().await;
    let seed = Seed::new("load fuzz_long_inputs");
    let mut target = Target::start().await;
    let mut rng = seed.rng(0);
    let rng = &mut rng;
    target.try_reader("comments", rng, comments).await;
    target.try_reader("searches", rng, searches).await;
    target.try_reader("announcements", rng, announcements).await;
    target.try_reader("bodies", rng, bodies).await;
    target.try_reader("tokens", rng, tokens).await;
    target.try_reader("X-Forwarded-For", rng, forwarded_addresses).await;
    target.try_reader("Last-Event-ID", rng, cursors).await;
}
