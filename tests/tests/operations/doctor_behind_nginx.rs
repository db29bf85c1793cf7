//! `leopard doctor` through a correct nginx, and through wrong ones.

use leopard_tests::support::certificate::Certificate;
use leopard_tests::support::diagnosis::Diagnosis;
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::reverse_proxy::ReverseProxy;
use leopard_tests::support::workdir::Workdir;

/// A server with two users, so that the list of them has two pages.
async fn start(heartbeat_seconds: &str) -> Leopard {
    let leopard = Leopard::start(&[
        ("LEOPARD_HEARTBEAT_SECONDS", heartbeat_seconds),
        ("LEOPARD_TRUSTED_PROXIES", "loopback"),
    ])
    .await;
    leopard.user("bob").await;
    leopard
}

/// The findings through an nginx, with its access log.
async fn behind(leopard: &Leopard, reverse_proxy: ReverseProxy) -> Diagnosis {
    let nginx = reverse_proxy.start(leopard).await;
    let log = nginx.path("access.log").display().to_string();
    let arguments = ["--access-log", &log];
    Diagnosis::as_admin(leopard, leopard.workdir(), &nginx.url("http"), &arguments).await
}

/// A working directory whose commands trust this certificate.
fn trusting(certificate: &Certificate) -> Workdir {
    let path = certificate.path().display().to_string();
    Workdir::new(&[("SSL_CERT_FILE", &path)])
}

#[tokio::test]
async fn doctor_accepts_nginx_with_tls() {
    let leopard = start("1").await;
    let certificate = Certificate::of_localhost(100);
    let nginx = ReverseProxy::default().with_tls(&certificate).start(&leopard).await;
    let log = nginx.path("access.log").display().to_string();
    let (workdir, url) = (trusting(&certificate), nginx.url("https"));
    let found = Diagnosis::as_admin(&leopard, &workdir, &url, &["--access-log", &log]).await;
    found.expect_problems(&[]);
    for status in ["warning", "not_checked"] {
        assert_eq!(found.with(status), [""; 0], "{found:#?}");
    }
    assert!(found.of_check("HTTP version").contains("HTTP/2"), "{found:#?}");
}

#[tokio::test]
async fn doctor_reports_buffering_and_logged_tokens() {
    let leopard = start("1").await;
    let buffering = "proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;";
    let reverse_proxy = ReverseProxy::default()
        .but("proxy_buffering off;", buffering)
        // nginx does not buffer chunked responses.
        .but("proxy_http_version 1.1;", "proxy_http_version 1.0;")
        .but("access.log path", "access.log combined");
    let found = behind(&leopard, reverse_proxy).await;
    found.expect_problems(&["access log", "first event"]);
    let remedy = found.of_check("first event");
    assert!(remedy.contains("proxy_buffering off"), "{remedy}");
    let remedy = found.of_check("access log");
    assert!(remedy.contains("token of a stream") && remedy.contains("log_format"), "{remedy}");
}

#[tokio::test]
async fn doctor_reports_a_compressed_stream() {
    let leopard = start("1").await;
    let compressing = "proxy_buffering off; gzip on; gzip_types text/event-stream;";
    let reverse_proxy = ReverseProxy::default().but("proxy_buffering off;", compressing);
    let found = behind(&leopard, reverse_proxy).await;
    found.expect_problems(&["compression"]);
    let compression = found.of_check("compression");
    assert!(compression.contains("(gzip)"), "{compression}");
}

#[tokio::test]
async fn doctor_reports_idle_streams_being_cut() {
    let leopard = start("5").await;
    let reverse_proxy =
        ReverseProxy::default().but("proxy_read_timeout 1h;", "proxy_read_timeout 1s;");
    let found = behind(&leopard, reverse_proxy).await;
    found.expect_problems(&["heartbeat"]);
    let remedy = found.of_check("heartbeat");
    assert!(
        remedy.contains("the stream ended") && remedy.contains("proxy_read_timeout"),
        "{remedy}"
    );
}

#[tokio::test]
async fn lost_updates_are_recovered() {
    let leopard = start("1").await;
    let admin = leopard.admin().await;
    admin.api.create_task("One", admin.id).await;
    let reverse_proxy = ReverseProxy::default()
        .but("Host $http_host;", "Host $proxy_host;")
        .but("proxy_buffering off;", "proxy_buffering off; proxy_set_header Last-Event-ID '';");
    let found = behind(&leopard, reverse_proxy).await;
    found.expect_problems(&["links", "resume"]);
    let remedy = found.of_check("links");
    assert!(remedy.contains("LEOPARD_TRUSTED_PROXIES"), "{remedy}");

    let locked = "proxy_buffering off; proxy_set_header Authorization '';";
    let reverse_proxy = ReverseProxy::default().but("proxy_buffering off;", locked);
    let found = behind(&leopard, reverse_proxy).await;
    found.expect_problems(&["wrong token", "token"]);

    let covered = "proxy_intercept_errors on; error_page 401 =302 /log_in; proxy_buffering off;";
    let reverse_proxy = ReverseProxy::default().but("proxy_buffering off;", covered);
    let found = behind(&leopard, reverse_proxy).await;
    found.expect_problems(&["wrong token"]);
}

#[tokio::test]
async fn doctor_checks_the_certificate_first() {
    let leopard = start("1").await;
    let certificate = Certificate::of_localhost(3);
    let nginx = ReverseProxy::default().with_tls(&certificate).start(&leopard).await;
    let url = nginx.url("https");
    let trusting_it = trusting(&certificate);
    let found = Diagnosis::of(&trusting_it, &url, &[], "").await;
    found.expect_problems(&[]);
    assert_eq!(found.with("warning"), ["encryption"]);

    let other_name = url.replace("localhost", "127.0.0.1");
    let found = Diagnosis::as_admin(&leopard, &trusting_it, &other_name, &[]).await;
    found.expect_problems(&["encryption"]);
    let encryption = found.of_check("encryption");
    assert!(encryption.contains("another name"), "{encryption}");
    assert_eq!(nginx.read("access.log").matches("/api/v1/").count(), 2, "of the first diagnosis");
}

#[tokio::test]
async fn doctor_reports_a_self_signed_certificate_and_continues() {
    let leopard = start("1").await;
    let other = Certificate::of_localhost(3);
    let stranger = trusting(&other);
    for certificate in [Certificate::of_localhost(100), Certificate::of_an_authority(100)] {
        let nginx = ReverseProxy::default().with_tls(&certificate).start(&leopard).await;
        let url = nginx.url("https");
        let found = Diagnosis::as_admin(&leopard, &stranger, &url, &[]).await;
        found.expect_problems(&[]);
        assert_eq!(found.with("warning"), ["encryption"], "{found:#?}");
        let encryption = found.of_check("encryption");
        assert!(encryption.contains("self-signed: browsers will warn"), "{encryption}");
        let ok = found.with("ok");
        for check in ["reachable", "HTTP version", "database and broker", "wrong token", "clock"] {
            assert!(ok.contains(&check), "{check}: {found:#?}");
        }
        // The doctor sends no secret to an untrusted server.
        let token = found.of_check("token");
        assert!(token.contains("--insecure"), "{token}");

        let found = Diagnosis::as_admin(&leopard, &stranger, &url, &["--insecure"]).await;
        found.expect_problems(&[]);
        assert_eq!(found.with("warning"), ["encryption"], "{found:#?}");
        let heartbeat = found.of_check("heartbeat");
        assert!(found.with("ok").contains(&"heartbeat"), "{heartbeat}");
    }
}
