//! `leopard doctor`: its output, its exit codes, and its findings about a server.

use leopard_tests::support::diagnosis::Diagnosis;
use leopard_tests::support::nginx::Port;
use leopard_tests::support::postgres::Server;
use leopard_tests::support::reverse_proxy::ReverseProxy;
use leopard_tests::support::{Leopard, TIMEOUT, Workdir};

const TOKEN: &[&str] = &["--token-stdin"];

async fn start() -> Leopard {
    Leopard::start(&[("LEOPARD_HEARTBEAT_SECONDS", "1")]).await
}

#[tokio::test]
async fn doctor_warns_of_http_1_for_browsers_with_many_tabs() {
    let leopard = start().await;
    let admin = leopard.admin().await;
    leopard.user("bob").await;
    admin.api.create_task("One", admin.id).await;
    let found = Diagnosis::as_admin(&leopard, leopard.workdir(), &leopard.url("/"), &[]).await;
    found.expect_problems(&[]);
    assert_eq!(found.with("warning"), ["HTTP version"]);
    assert_eq!(found.with("not_checked"), ["access log"]);
    let resumed = found.of_check("resume");
    assert!(resumed.contains("event 1 is replayed after the cursor 0"), "{resumed}");
    assert!(found.output.contains("waiting for a heartbeat, up to 6 seconds"), "{found:?}");
}

#[tokio::test]
async fn doctor_prints_findings_with_remedies() {
    let leopard = start().await;
    let ended = leopard.workdir().run(&["doctor", &leopard.url("")]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let lines: Vec<_> = ended.stdout.lines().collect();
    assert_eq!(lines[0], "ok           reachable: Leopard 0.1.0 answers");
    let warning = lines.iter().position(|line| line.starts_with("warning      HTTP version:"));
    let remedy = lines[warning.expect("a warning") + 1];
    assert!(remedy.starts_with("             Put a web server"), "{remedy}");
    let unknown = "not checked  first event: no token was given (--token-stdin, or --user)";
    assert!(lines.contains(&unknown), "{}", ended.stdout);
    assert_eq!(lines.last(), Some(&"0 problems, 1 warning"));
}

#[tokio::test]
async fn doctor_reports_a_low_stream_limit() {
    let settings = [("LEOPARD_HEARTBEAT_SECONDS", "1"), ("LEOPARD_STREAMS_PER_USER", "1")];
    let leopard = Leopard::start(&settings).await;
    let (workdir, url) = (leopard.workdir(), leopard.url(""));
    let found = Diagnosis::as_admin(&leopard, workdir, &url, &[]).await;
    found.expect_problems(&["second stream"]);
    let remedy = found.of_check("second stream");
    assert!(remedy.contains("LEOPARD_STREAMS_PER_USER"), "{remedy}");

    let admin = leopard.admin().await;
    // The server notices a little later that the streams of the doctor and of the login have closed.
    leopard.until_open_streams(0, TIMEOUT).await;
    let _only_one = admin.follow(&leopard).await;
    let found = Diagnosis::as_admin(&leopard, workdir, &url, &[]).await;
    found.expect_problems(&["first event"]);
    let first = found.of_check("first event");
    assert!(first.contains("429"), "{first}");
}

#[tokio::test]
async fn doctor_checks_cors_origins() {
    let settings = [("LEOPARD_CORS_ORIGINS", "https://app.example.org")];
    let leopard = Leopard::start(&settings).await;
    let url = leopard.url("");
    for (origin, problems) in [
        ("https://app.example.org", [].as_slice()),
        ("https://other.example.org", &["cross-origin requests"]),
    ] {
        let found = Diagnosis::of(leopard.workdir(), &url, &["--origin", origin], "").await;
        found.expect_problems(problems);
    }
    // Browsers refuse a repeated header.
    let adding = "proxy_buffering off; add_header Access-Control-Allow-Origin * always;";
    let reverse_proxy = ReverseProxy::default().but("proxy_buffering off;", adding);
    let nginx = reverse_proxy.start(&leopard).await;
    let origin = ["--origin", "https://app.example.org"];
    let found = Diagnosis::of(leopard.workdir(), &nginx.url("http"), &origin, "").await;
    found.expect_problems(&["cross-origin requests"]);
}

#[tokio::test]
async fn doctor_reports_no_server_or_another_server() {
    let workdir = Workdir::new(&[]);
    let closed = format!("http://127.0.0.1:{}", Port::reserve().number());
    let found = Diagnosis::of(&workdir, &closed, &[], "").await;
    assert_eq!((found.code, found.with("problem")), (2, vec!["reachable"]));
    let reachable = found.of_check("reachable");
    assert!(reachable.contains("refused"), "{reachable}");

    let leopard = start().await;
    let other =
        ReverseProxy::default().but("proxy_pass http://LEOPARD;", "return 200 hello; # LEOPARD");
    let other = other.start(&leopard).await;
    let found = Diagnosis::of(&workdir, &other.url("http"), &[], "").await;
    found.expect_problems(&["reachable"]);
    assert!(found.of_check("reachable").contains("not by Leopard"), "{found:?}");

    let moved = "return 301 https://tasks.example.org$request_uri; # LEOPARD";
    let moved = ReverseProxy::default().but("proxy_pass http://LEOPARD;", moved);
    let moved = moved.start(&leopard).await;
    let found = Diagnosis::of(&workdir, &moved.url("http"), &[], "").await;
    found.expect_problems(&["reachable"]);
    assert!(found.of_check("reachable").contains("https://tasks.example.org"), "{found:?}");
}

#[tokio::test]
async fn doctor_reports_bad_credentials() {
    let leopard = start().await;
    let url = leopard.url("");
    let found = Diagnosis::of(leopard.workdir(), &url, TOKEN, "s3cr3t").await;
    found.expect_problems(&["token"]);
    assert!(!found.output.contains("s3cr3t"), "{found:?}");
    let log_in = ["--user", "admin", "--password-stdin"];
    let found = Diagnosis::of(leopard.workdir(), &url, &log_in, "s3cr3t").await;
    found.expect_problems(&["token"]);
    assert!(!found.output.contains("s3cr3t"), "{found:?}");

    let password = leopard.admin_password();
    let found = Diagnosis::of(leopard.workdir(), &url, &log_in, &password).await;
    found.expect_problems(&[]);
    assert!(found.of_check("token").contains("admin"), "{found:?}");
    assert!(!found.output.contains(&password), "{found:?}");
    let log_out = "/api/token/blacklist/";
    assert!(leopard.log().contains(log_out), "{}", leopard.log());
}

#[tokio::test]
async fn command_failure_is_one_message_without_secrets() {
    let workdir = Workdir::new(&[]);
    for (arguments, expected) in [
        (["doctor", "localhost:8000"].as_slice(), "must be a URL such as"),
        (&["doctor", "https://ann:s3cr3t@localhost"], "neither a user nor a query"),
        (&["doctor", "http://localhost", "--origin", "app"], "must be an origin such as"),
        (&["doctor", "http://localhost", "--access-log", "gone.log"], "gone.log"),
        (&["doctor", "http://localhost", "--token-stdin"], "must be a token"),
        (&["doctor"], "<URL>"),
    ] {
        let ended = workdir.run_with_input(arguments, "").await;
        assert_eq!(ended.code, Some(2), "{arguments:?}: {ended:?}");
        assert!(ended.stderr.contains(expected), "{arguments:?}: {ended:?}");
        assert!(!ended.stderr.contains("s3cr3t"), "{ended:?}");
    }
}

#[tokio::test]
async fn doctor_reports_an_unavailable_database() {
    let postgres = Server::start().await;
    let leopard = Workdir::for_node(&postgres.new_database().await).serve().await;
    let token = leopard.workdir().cli(&["token", "admin"]).await;
    postgres.stop().await;
    leopard.until_ready(503).await;
    let found = Diagnosis::of(leopard.workdir(), &leopard.url(""), TOKEN, token.trim()).await;
    found.expect_problems(&["database and broker", "token"]);
    let remedy = found.of_check("database and broker");
    assert!(remedy.contains("DATABASE_URL"), "{remedy}");
}
