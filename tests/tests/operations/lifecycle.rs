//! Starting, refusing to start, stopping, and what survives both.

use std::time::Duration;

use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::wait::{until, within};
use leopard_tests::support::workdir::{CommandOutput, Workdir};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How long a stop may take.
const DRAINED: Duration = Duration::from_secs(10);

/// What `leopard serve` says when it does not start.
async fn refusal(workdir: &Workdir) -> String {
    let CommandOutput { success, stdout, stderr, .. } = workdir.run(&["serve"]).await;
    assert!(!success, "it starts: {stdout}");
    assert!(!stderr.contains("panicked"), "{stderr}");
    stderr
}

#[tokio::test]
async fn shutdown_ends_five_hundred_streams_quickly() {
    let mut leopard = Leopard::start(&[("LEOPARD_STREAMS_PER_USER", "500")]).await;
    let admin = leopard.admin().await;
    leopard.until_open_streams(0, DRAINED).await;
    let mut streams = vec![];
    for _ in 0..500 {
        streams.push(admin.follow(&leopard).await);
    }
    assert_eq!(leopard.open_streams().await, 500);
    leopard.terminate();
    let status = leopard.ended(DRAINED).await;
    assert_eq!(status.code(), Some(0), "{}", leopard.log());
    for stream in &mut streams {
        assert_eq!(stream.rest(DRAINED).await, ["server_shutdown"]);
    }
}

#[tokio::test]
async fn started_request_is_finished_on_shutdown() {
    let mut leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let body = r#"{"title": "Late", "detail": "D", "due_date": "2035-01-01T00:00:00Z"}"#;
    let head = format!(
        "POST /api/v1/tasks/ HTTP/1.1\r\nHost: leopard\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        admin.access,
        body.len()
    );
    let mut socket = TcpStream::connect(leopard.address()).await.unwrap();
    socket.write_all(head.as_bytes()).await.unwrap();
    let expected = b"HTTP/1.1 100 Continue\r\n\r\n";
    let mut answer = vec![0; expected.len()];
    socket.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, expected);

    leopard.terminate();
    until("new clients are turned away", DRAINED, async || {
        TcpStream::connect(leopard.address()).await.is_err().then_some(())
    })
    .await;
    socket.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let read = within("an answer", DRAINED, socket.read_to_string(&mut answer)).await;
    read.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert_eq!(leopard.ended(DRAINED).await.code(), Some(0));
}

#[tokio::test]
async fn restart_keeps_all_data() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let task = admin.api.create_task("Before", admin.id).await;
    let leopard = leopard.stop().await.serve().await;

    let api = leopard.api(&admin.access);
    let path = format!("/api/v1/tasks/{}/", task["id"]);
    assert_eq!(api.get(&path).await.expect(200), task);
    let mut stream = admin.resume(&leopard, "0").await;
    api.create_task("After", admin.id).await;
    let expected = [
        ("1".to_owned(), "New Task Assigned: Before".to_owned()),
        ("2".to_owned(), "New Task Assigned: After".to_owned()),
    ];
    assert_eq!(stream.notifications(2).await, expected);
    let body = json!({"refresh": admin.refresh});
    api.post("/api/token/refresh/", body).await.expect(200);
}

#[tokio::test]
async fn acknowledged_changes_survive_a_crash() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    for number in 1..=20 {
        let title = format!("Task {number}");
        admin.api.create_task(&title, admin.id).await;
    }
    let leopard = leopard.crash().serve().await;
    let mut stream = admin.resume(&leopard, "0").await;
    let seen = stream.notifications(20).await;
    let cursors: Vec<_> = seen.into_iter().map(|(cursor, _)| cursor).collect();
    let expected: Vec<_> = (1..=20).map(|n| n.to_string()).collect();
    assert_eq!(cursors, expected);
}

#[tokio::test]
async fn second_server_on_the_same_file_is_refused() {
    let leopard = Leopard::start(&[]).await;
    let said = refusal(leopard.workdir()).await;
    assert!(said.contains("already"), "{said}");
    // The first one is unharmed, and when it has gone, another may come.
    leopard.admin().await;
    leopard.stop().await.serve().await;
}

#[tokio::test]
async fn migrate_down_is_refused_under_a_server() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let ended = leopard.workdir().run(&["migrate", "down"]).await;
    assert!(!ended.success, "{ended:?}");
    assert!(ended.stderr.contains("already"), "{ended:?}");
    admin.api.create_task("Unharmed", admin.id).await;
    leopard.stop().await.cli(&["migrate", "down"]).await;
}

#[tokio::test]
async fn taken_port_is_named() {
    let leopard = Leopard::start(&[]).await;
    let address = leopard.address().to_string();
    let workdir = Workdir::new(&[("LEOPARD_BIND", &address)]);
    let said = refusal(&workdir).await;
    assert!(said.contains(&address), "{said}");
    // Nobody has seen a password yet, so it must not have been made.
    let leopard = workdir.with("LEOPARD_BIND", "127.0.0.1:0").serve().await;
    leopard.admin().await;
}

#[tokio::test]
async fn short_secret_is_refused_and_not_shown() {
    let secret = "thirty-one bytes are too few...";
    assert_eq!(secret.len(), 31);
    let said = refusal(&Workdir::new(&[("LEOPARD_JWT_SECRET", secret)])).await;
    assert!(said.contains("LEOPARD_JWT_SECRET"), "{said}");
    assert!(said.contains("32"), "{said}");
    assert!(!said.contains(secret), "{said}");
}

#[tokio::test]
async fn no_secret_reaches_the_log() {
    let leopard = Leopard::start(&[("LEOPARD_LOG", "trace")]).await;
    let admin = leopard.admin().await;
    let mut stream = leopard.stream().query("token", &admin.access).open().await;
    let opening = admin.api.post_nothing("/api/token/stream/").await;
    let opening = opening.expect(200);
    let opening = opening["token"].as_str().unwrap();
    leopard.stream().query("token", opening).open().await;
    let request = leopard.stream().query("token", "a-bad-token-in-the-query");
    request.refused().await;
    admin.api.create_task("Task", admin.id).await;
    stream.notification().await;
    let body = json!({"refresh": admin.refresh});
    let pair = admin.api.post("/api/token/refresh/", body).await;
    let pair = pair.expect(200);
    drop(stream);
    leopard.until_open_streams(0, DRAINED).await;

    let log = leopard.log();
    assert!(log.contains("/api/v1/notifications/stream"), "{log}");
    let signature = |token: &str| token.rsplit('.').next().unwrap().to_owned();
    let secrets = [
        signature(&admin.access),
        signature(&admin.refresh),
        signature(opening),
        signature(pair["access"].as_str().unwrap()),
        "a-bad-token-in-the-query".to_owned(),
        leopard.admin_password(),
        "$argon2".to_owned(),
        "token=".to_owned(),
    ];
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret} is in the log");
    }
}
