//! Start, refused start, shutdown and restart.

use std::time::Duration;

use leopard_tests::fixtures::task_path;
use leopard_tests::support::{Leopard, Workdir, assigned, until, within};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The time limit of a shutdown.
const DRAINED: Duration = Duration::from_secs(10);

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
    let mut response = vec![0; expected.len()];
    socket.read_exact(&mut response).await.unwrap();
    assert_eq!(response, expected);

    leopard.terminate();
    until("new connections are refused", DRAINED, async || {
        TcpStream::connect(leopard.address()).await.is_err().then_some(())
    })
    .await;
    socket.write_all(body.as_bytes()).await.unwrap();
    let mut response = String::new();
    let read = within("a response", DRAINED, socket.read_to_string(&mut response)).await;
    read.unwrap();
    assert!(response.starts_with("HTTP/1.1 201 "), "{response}");
    assert_eq!(leopard.ended(DRAINED).await.code(), Some(0));
}

#[tokio::test]
async fn restart_keeps_all_data() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let task = admin.api.create_task("Before", admin.id).await;
    let leopard = leopard.stop().await.serve().await;

    let api = leopard.api(&admin.access);
    assert_eq!(api.get(&task_path(&task)).await.expect(200), task);
    let mut stream = admin.resume(&leopard, "0").await;
    api.create_task("After", admin.id).await;
    assert_eq!(stream.notifications(2).await, [assigned(1, "Before"), assigned(2, "After")]);
    leopard.refresh(&admin.refresh).await.expect(200);
}

#[tokio::test]
async fn second_server_on_the_same_file_is_refused() {
    let leopard = Leopard::start(&[]).await;
    let error = leopard.workdir().refused_start().await;
    assert!(error.contains("already"), "{error}");
    // The first one still works, and after its end another can start.
    leopard.admin().await;
    leopard.stop().await.serve().await;
}

#[tokio::test]
async fn migrate_down_is_refused_under_a_server() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
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
    let error = workdir.refused_start().await;
    assert!(error.contains(&address), "{error}");
    // The failed start created no user, whose password would be lost.
    let leopard = workdir.with("LEOPARD_BIND", "127.0.0.1:0").serve().await;
    leopard.admin().await;
}

#[tokio::test]
async fn no_secret_reaches_the_log() {
    let (leopard, [admin]) = Leopard::with_users(&[("LEOPARD_LOG", "trace")], ["admin"]).await;
    let mut stream = leopard.stream().query("token", &admin.access).open().await;
    let stream_token = admin.api.stream_token().await;
    leopard.stream().query("token", &stream_token).open().await;
    let request = leopard.stream().query("token", "a-bad-token-in-the-query");
    request.refused().await;
    admin.api.create_task("Task", admin.id).await;
    stream.notification().await;
    let pair = leopard.refresh(&admin.refresh).await.expect(200);
    drop(stream);
    leopard.until_open_streams(0, DRAINED).await;

    let log = leopard.log();
    assert!(log.contains("/api/v1/notifications/stream"), "{log}");
    let signature = |token: &str| token.rsplit('.').next().unwrap().to_owned();
    let secrets = [
        signature(&admin.access),
        signature(&admin.refresh),
        signature(&stream_token),
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
