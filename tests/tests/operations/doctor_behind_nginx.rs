//! `leopard doctor` through a correct nginx, and through wrong ones.

use leopard_tests::support::certificate::Certificate;
use leopard_tests::support::diagnosis::Diagnosis;
use leopard_tests::support::reverse_proxy::ReverseProxy;
use leopard_tests::support::{Leopard, Workdir};

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

/// Changes of a correct configuration, the problems that they cause, and parts of their texts.
type Fault<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str], &'a [(&'a str, &'a str)]);

const OFF: &str = "proxy_buffering off;";

#[tokio::test]
async fn doctor_reports_faults_of_a_reverse_proxy() {
    let leopard = start("1").await;
    let admin = leopard.admin().await;
    admin.api.create_task("One", admin.id).await;
    let buffering = "proxy_buffering on; proxy_ignore_headers X-Accel-Buffering;";
    let compressing = "proxy_buffering off; gzip on; gzip_types text/event-stream;";
    let without_cursor = "proxy_buffering off; proxy_set_header Last-Event-ID '';";
    let without_token = "proxy_buffering off; proxy_set_header Authorization '';";
    let own_error = "proxy_intercept_errors on; error_page 401 =302 /log_in; proxy_buffering off;";
    let faults: [Fault<'_>; 5] = [
        (
            &[
                (OFF, buffering),
                // nginx does not buffer chunked responses.
                ("proxy_http_version 1.1;", "proxy_http_version 1.0;"),
                ("access.log path", "access.log combined"),
            ],
            &["access log", "first event"],
            &[
                ("first event", "proxy_buffering off"),
                ("access log", "token of a stream"),
                ("access log", "log_format"),
            ],
        ),
        (&[(OFF, compressing)], &["compression"], &[("compression", "(gzip)")]),
        (
            &[("Host $http_host;", "Host $proxy_host;"), (OFF, without_cursor)],
            &["links", "resume"],
            &[("links", "LEOPARD_TRUSTED_PROXIES")],
        ),
        (&[(OFF, without_token)], &["wrong token", "token"], &[]),
        (&[(OFF, own_error)], &["wrong token"], &[]),
    ];
    for fault in faults {
        expect(&leopard, fault).await;
    }
    let short = [("proxy_read_timeout 1h;", "proxy_read_timeout 1s;")];
    let texts = [("heartbeat", "the stream ended"), ("heartbeat", "proxy_read_timeout")];
    expect(&start("5").await, (&short, &["heartbeat"], &texts)).await;
}

async fn expect(leopard: &Leopard, (changes, problems, texts): Fault<'_>) {
    let proxy = changes
        .iter()
        .fold(ReverseProxy::default(), |proxy, (right, wrong)| proxy.but(right, wrong));
    let found = behind(leopard, proxy).await;
    found.expect_problems(problems);
    for (check, text) in texts {
        let details = found.of_check(check);
        assert!(details.contains(text), "{details}");
    }
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
