//! The selection of the broker, its connection, and settings that are refused.

use leopard_tests::support::certificate::Certificate;
use leopard_tests::support::{Leopard, Redis, TIMEOUT, Workdir, new_database, until};

const PASSWORD: &str = "hunter2";

async fn broker(node: &Leopard) -> String {
    let health = node.anonymous().get("/health/").await.expect(200);
    health["broker"].as_str().expect("a word").to_owned()
}

async fn until_broker(node: &Leopard, wanted: &str) {
    until(&format!("a broker that is {wanted}"), TIMEOUT, async || {
        (broker(node).await == wanted).then_some(())
    })
    .await;
}

async fn listeners(redis: &Redis) -> usize {
    let listed = redis.tell("CLIENT LIST TYPE pubsub").await;
    listed.matches("id=").count()
}

#[tokio::test]
async fn auto_takes_redis_then_postgres_then_none() {
    let redis = Redis::start().await;
    let on_sqlite = Workdir::new(&[]);
    let on_postgres = Workdir::for_node(&new_database().await);
    let url = redis.url();
    assert_eq!(broker(&on_sqlite.serve().await).await, "local");
    let by_postgres = on_postgres.serve().await;
    until_broker(&by_postgres, "up").await;
    assert_eq!(listeners(&redis).await, 0);
    let by_redis = by_postgres.stop().await.with("REDIS_URL", &url);
    let by_redis = by_redis.serve().await;
    until_broker(&by_redis, "up").await;
    assert_eq!(listeners(&redis).await, 1);
    // The setting overrides the automatic choice.
    let local = by_redis.stop().await.with("LEOPARD_BROKER", "local");
    assert_eq!(broker(&local.serve().await).await, "local");
}

#[tokio::test]
async fn redis_with_password_and_tls_is_supported() {
    let certificate = Certificate::of_localhost(2);
    let redis = Redis::start_with(|port| {
        let (file, key) = (certificate.path(), certificate.key());
        let (file, key) = (file.display().to_string(), key.display().to_string());
        ["--port", "0", "--requirepass", PASSWORD]
            .into_iter()
            .chain(["--tls-port", &port, "--tls-auth-clients", "no"])
            .chain(["--tls-cert-file", &file, "--tls-key-file", &key])
            .map(str::to_owned)
            .collect()
    })
    .await;
    let port = redis.address().port();
    let url = format!("rediss://:{PASSWORD}@localhost:{port}");
    let trusted = certificate.path().display().to_string();
    let workdir = Workdir::for_node(&new_database().await)
        .with("REDIS_URL", &url)
        .with("LEOPARD_LOG", "trace");
    let trusting = workdir.with("SSL_CERT_FILE", &trusted).serve().await;
    until_broker(&trusting, "up").await;
    assert!(!trusting.log().contains(PASSWORD));

    // An untrusted certificate, a wrong password, none, and no TLS.
    let workdir = trusting.stop().await;
    let (bad_url, bare_url, plain_url) = (
        format!("rediss://:wrong-{PASSWORD}@localhost:{port}"),
        format!("rediss://localhost:{port}"),
        format!("redis://:{PASSWORD}@localhost:{port}"),
    );
    let mut workdir = workdir;
    for (url, file) in
        [(&url, "/dev/null"), (&bad_url, &trusted), (&bare_url, &trusted), (&plain_url, &trusted)]
    {
        let node = workdir.with("REDIS_URL", url).with("SSL_CERT_FILE", file);
        let node = node.serve().await;
        node.until_logged("broker disconnected, falling back to polling", TIMEOUT).await;
        assert_eq!(broker(&node).await, "down");
        node.until_ready(200).await;
        assert!(!node.log().contains(PASSWORD), "{}", node.log());
        workdir = node.stop().await;
    }
}

#[tokio::test]
async fn impossible_broker_setting_is_refused() {
    let postgres = "postgres://localhost/nothing";
    let own =
        [("LEOPARD_BROKER", "redis"), ("LEOPARD_BROKER", "postgres"), ("LEOPARD_BROKER", "rabbit")];
    for (name, value) in own {
        let ended = Workdir::new(&[(name, value)]).run(&["serve"]).await;
        assert!(!ended.success);
        assert!(ended.stderr.contains(name), "{value}: {}", ended.stderr);
    }
    // Settings are checked before the node connects.
    let workdir = Workdir::for_node(postgres).with("LEOPARD_BROKER", "redis");
    let ended = workdir.run(&["serve"]).await;
    assert!(ended.stderr.contains("REDIS_URL"), "{}", ended.stderr);
}

#[tokio::test]
async fn refused_url_setting_is_named_and_not_shown() {
    for url in [
        "http://:hunter2@localhost",
        "redis://:hunter2@localhost:port",
        "rediss://:hunter2@localhost/#insecure",
        "hunter2",
    ] {
        let ended = Workdir::new(&[("REDIS_URL", url)]).run(&["serve"]).await;
        assert!(!ended.success, "{url}");
        let said = format!("{}{}", ended.stdout, ended.stderr);
        assert!(said.contains("REDIS_URL"), "{said}");
        assert!(!said.contains(PASSWORD), "{said}");
    }
    let by_flag = ["serve", "--redis-url", "redis://localhost"];
    let ended = Workdir::new(&[]).run(&by_flag).await;
    assert!(!ended.success, "other users can read command lines");
}
