//! Security headers for browsers.
use crate::support::{ANN, TestApi};
use poem::test::TestResponse;

fn header<'a>(response: &'a TestResponse, name: &str) -> &'a str {
    let value = response.0.headers().get(name);
    value.map_or("", |value| value.to_str().unwrap())
}

/// The sources of one kind that a policy lets a page use.
fn sources<'a>(policy: &'a str, kind: &str) -> &'a str {
    let mut directives = policy.split("; ");
    let sources = directives.find_map(|directive| directive.strip_prefix(kind));
    sources.unwrap_or_default().trim_start()
}

#[tokio::test]
async fn every_response_has_security_headers() {
    let client = TestApi::default().client();
    let preflight = client
        .options("/api/v1/tasks/")
        .header("Origin", "null")
        .header("Access-Control-Request-Method", "POST");
    let stream = client.get("/api/v1/notifications/stream/").header("Authorization", ANN);
    for request in [
        preflight,
        stream,
        client.get("/api/v1/tasks/").header("Authorization", ANN),
        client.get("/api/v1/tasks/"),
        client.get("/nope"),
        client.put("/api/token/"),
        client.get("/openapi.json"),
        client.get("/api/docs/"),
    ] {
        let response = request.send().await;
        assert_eq!(header(&response, "x-content-type-options"), "nosniff");
        assert_eq!(header(&response, "x-frame-options"), "DENY");
        assert_eq!(header(&response, "referrer-policy"), "no-referrer");
        assert_eq!(header(&response, "cross-origin-opener-policy"), "same-origin");
        let policy = header(&response, "content-security-policy");
        assert_eq!(sources(policy, "default-src"), "'none'");
        assert_eq!(sources(policy, "frame-ancestors"), "'none'");
    }
}

#[tokio::test]
async fn private_responses_are_not_cacheable() {
    let client = TestApi::default().client();
    for path in ["/api/v1/tasks/", "/api/v1/notifications/", "/nope"] {
        let response = client.get(path).header("Authorization", ANN).send().await;
        assert_eq!(header(&response, "cache-control"), "no-store", "{path}");
    }
    let tokens = client.post("/api/token/stream/").header("Authorization", ANN).send().await;
    assert_eq!(header(&tokens, "cache-control"), "no-store");
}

#[tokio::test]
async fn pages_run_scripts_of_the_server_only() {
    let client = TestApi::default().client();
    for path in ["/api/docs/", "/api/redoc/"] {
        let response = client.get(path).send().await;
        let policy = header(&response, "content-security-policy").to_owned();
        assert_eq!(sources(&policy, "script-src"), "'self'", "{path}");
        assert_eq!(sources(&policy, "connect-src"), "'self'", "{path}");
        let page = response.0.into_body().into_string().await.unwrap();
        let scripts: Vec<_> = page.split("<script").skip(1).collect();
        assert_eq!(scripts.len(), 2, "{path}");
        for script in scripts {
            let source = script.strip_prefix(" src=\"").expect("a file");
            let file = source.split_once('"').unwrap().0;
            let response = client.get(file).send().await;
            response.assert_content_type("text/javascript; charset=utf-8");
            let text = response.0.into_body().into_string().await.unwrap();
            assert!(!text.trim().is_empty(), "{file}");
        }
    }
}
