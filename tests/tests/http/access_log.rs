//! The access log: client, user, route and status of each request.

use leopard_tests::fixtures::credentials;
use leopard_tests::support::log_lines::{access, lines};
use leopard_tests::support::{Leopard, Response, User};
use serde_json::Value;

/// The client's address, as the proxy on this machine forwards it.
const CLIENT: &str = "192.0.2.7";

#[tokio::test]
async fn access_line_has_client_user_and_route() {
    for format in ["text", "json"] {
        let leopard = Leopard::start(&[
            ("LEOPARD_LOG_FORMAT", format),
            ("LEOPARD_TRUSTED_PROXIES", "loopback"),
        ])
        .await;
        let admin = leopard.admin().await;
        let task = admin.api.create_task("One", admin.id).await["id"].clone();
        let path = format!("/api/v1/tasks/{task}/");
        let ask = async |id: &str, path: &str, user: Option<&User>, from: &str| {
            let api = user.map_or(leopard.anonymous(), |user| user.api.clone());
            let request = api.request("GET", path).header("X-Request-Id", id);
            Response::of(request.header("X-Forwarded-For", from)).await;
            access(&leopard, id).await
        };
        let found = ask("known", &path, Some(&admin), "2001:db8::7").await;
        assert_eq!(found["client"], "2001:db8::/64", "{found:?}");
        assert_eq!(found["user_id"], admin.id.to_string(), "{found:?}");
        assert_eq!(found["route"], "/api/v1/tasks/{id}/", "{found:?}");
        assert_eq!(found["path"], path, "{found:?}");
        assert!(found["peer"].starts_with("127.0.0.1:"), "{found:?}");

        let found = ask("unknown", &path, None, CLIENT).await;
        assert_eq!(found["client"], CLIENT, "{found:?}");
        assert_eq!(found.get("user_id"), None, "{found:?}");
        assert_eq!((&*found["method"], &*found["status"]), ("GET", "401"), "{found:?}");
        assert!(found["micros"].parse::<u64>().is_ok(), "{found:?}");
        let found = ask("nowhere", "/nowhere/1/", Some(&admin), CLIENT).await;
        assert_eq!(found.get("route"), None, "{found:?}");

        let request = leopard.anonymous().request("POST", "/api/token/");
        let request = request.header("X-Request-Id", "log-in");
        let request = request.json(&credentials("admin", &admin.password));
        Response::of(request).await.expect(200);
        let found = access(&leopard, "log-in").await;
        assert_eq!(found["user_id"], admin.id.to_string(), "{found:?}");
        assert_eq!(found["client"], "127.0.0.1", "{found:?}");
        let stream = leopard.stream().bearer(&admin.access).header("X-Request-Id", "stream");
        let _open = stream.open().await;
        let found = access(&leopard, "stream").await;
        assert_eq!(found["user_id"], admin.id.to_string(), "{found:?}");
        assert_eq!(found["route"], "/api/v1/notifications/stream/", "{found:?}");
        if format == "json" {
            check_json(&leopard.log());
        }
    }
}

/// Checks that every line is JSON, and that the lines of requests have numbers as numbers.
fn check_json(log: &str) {
    let read = |line| serde_json::from_str::<Value>(line).unwrap_or_else(|e| panic!("{e}: {line}"));
    let lines: Vec<Value> = log.lines().map(read).collect();
    let requests = lines.iter().filter(|line| !line["fields"]["status"].is_null());
    assert!(requests.clone().count() > 0, "{log}");
    for line in requests {
        assert_eq!(line["target"], "access", "{line}");
        assert!(line["fields"]["status"].is_u64() && line["fields"]["micros"].is_u64(), "{line}");
    }
}

#[tokio::test]
async fn forwarded_address_of_an_untrusted_peer_is_ignored_with_one_warning() {
    let leopard = Leopard::start(&[]).await;
    for id in ["one", "two"] {
        let request = leopard.anonymous().request("GET", "/api/v1/tasks/");
        let request = request.header("X-Request-Id", id).header("X-Forwarded-For", CLIENT);
        Response::of(request).await.problem(401, "not_authenticated");
        assert_eq!(access(&leopard, id).await["client"], "127.0.0.1");
    }
    let log = leopard.log();
    assert_eq!(log.matches("X-Forwarded-For is ignored").count(), 1, "{log}");
    assert!(log.contains("LEOPARD_TRUSTED_PROXIES"), "{log}");
}

#[tokio::test]
async fn probes_and_static_files_are_logged_at_debug_only() {
    let paths = [
        "/",
        "/index.js",
        "/openapi.json",
        "/api/docs/",
        "/health/",
        "/health/live",
        "/health/ready",
    ];
    for (level, is_logged) in [("info", false), ("info,access=debug", true)] {
        let leopard = Leopard::start(&[("LEOPARD_LOG", level)]).await;
        for path in paths {
            assert_eq!(leopard.anonymous().get(path).await.status, 200, "{path}");
        }
        let last = leopard.anonymous().request("GET", "/nowhere/");
        Response::of(last.header("X-Request-Id", "last")).await;
        access(&leopard, "last").await;
        let lines = lines(&leopard.log(), "access");
        for path in paths {
            let found = lines.iter().any(|line| line["path"] == path);
            assert_eq!(found, is_logged, "{path} at {level}");
        }
    }
}
