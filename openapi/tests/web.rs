//! Routing, CORS, limits and pages.
use std::io::Read as _;

use crate::support::{ANN, TestApi, json, problem};
use flate2::read::GzDecoder;
use futures_util::stream;
use leopard_openapi::request_id::RequestId;
use leopard_openapi::{BasePath, CorsOrigins, HttpSettings, document_json, document_yaml};
use poem::endpoint::make_sync;
use poem::http::{HeaderMap, StatusCode};
use poem::test::TestClient;
use poem::{Body, Response, Route, get};

const MIB: usize = 1024 * 1024;

#[tokio::test]
async fn unknown_path_is_not_found_for_any_method() {
    let client = TestApi::default().client();
    for path in ["/nope", "/api/", "/api/v1/tasks/5/claim/", "/api/v1/tasks/5/6/7/"] {
        let response = client.get(path).send().await;
        assert_eq!(problem(response, 404, "not_found").await["detail"], "Not found.");
        problem(client.put(path).send().await, 404, "not_found").await;
    }
}

#[tokio::test]
async fn wrong_method_gets_allow_header() {
    let client = TestApi::default().client();
    for (path, allow) in [
        ("/api/token/", "OPTIONS, POST"),
        ("/api/v1/tasks/", "GET, HEAD, OPTIONS, POST"),
        ("/api/v1/notifications/8/", "DELETE, GET, HEAD, OPTIONS"),
        ("/health/ready", "GET, HEAD, OPTIONS"),
        ("/openapi.json", "GET, HEAD"),
    ] {
        let response = client.put(path).send().await;
        assert_eq!(response.0.headers()["allow"], allow, "{path}");
        let refused = problem(response, 405, "method_not_allowed").await;
        assert_eq!(refused["detail"], "Method \"PUT\" not allowed.");
    }
}

#[tokio::test]
async fn options_lists_the_methods_of_a_path() {
    let client = TestApi::default().client();
    let response = client.options("/api/token/").send().await;
    assert_eq!(response.0.status(), StatusCode::NO_CONTENT);
    assert_eq!(response.0.headers()["allow"], "OPTIONS, POST");
}

#[tokio::test]
async fn json_responses_have_the_json_content_type() {
    let client = TestApi::default().client();
    let response = client.get("/health/").send().await;
    assert_eq!(response.0.headers()["content-type"], "application/json");
}

#[tokio::test]
async fn request_id_is_in_the_response() {
    let client = TestApi::default().client();
    let response = client.get("/health/").header("X-Request-Id", "mine-1").send().await;
    assert_eq!(response.0.headers()["x-request-id"], "mine-1");
    let id = response.0.extensions().get::<RequestId>();
    assert_eq!(id, Some(&RequestId("mine-1".to_owned())));
    let response = client.get("/health/").header("X-Request-Id", "not mine").send().await;
    assert_eq!(response.0.headers()["x-request-id"].len(), 32);
}

/// The elements of a header.
fn list<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    headers[name].to_str().unwrap().split(", ").collect()
}

#[tokio::test]
async fn preflight_needs_no_authentication() {
    let client = TestApi::default().client();
    let preflight = client
        .options("/api/v1/tasks/")
        .header("Origin", "null")
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "authorization,content-type");
    let response = preflight.send().await;
    assert_eq!(response.0.status(), StatusCode::NO_CONTENT);
    let headers = response.0.headers();
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert!(headers["access-control-allow-methods"].to_str().unwrap().contains("POST"));
    let allowed = [
        "Authorization",
        "Content-Type",
        "Idempotency-Key",
        "If-Match",
        "If-None-Match",
        "Last-Event-ID",
        "Cache-Control",
        "X-Request-Id",
        "X-Requested-With",
        "traceparent",
        "tracestate",
        "baggage",
        "sentry-trace",
    ];
    assert_eq!(list(headers, "access-control-allow-headers"), allowed);
    assert!(headers.contains_key("access-control-max-age"));
}

#[tokio::test]
async fn unlisted_origin_gets_no_cors_headers() {
    let page = "https://app.example.com";
    let client = TestApi {
        settings: HttpSettings::default()
            .with_cors_origins(CorsOrigins::Only(vec![page.to_owned()])),
        ..TestApi::default()
    }
    .client();
    for path in ["/health/", "/api/v1/tasks/", "/nope"] {
        let response = client.get(path).header("Origin", page).send().await;
        assert_eq!(response.0.headers()["access-control-allow-origin"], page);
        assert_eq!(response.0.headers()["vary"], "Origin");
        let exposed = list(response.0.headers(), "access-control-expose-headers");
        let expected = [
            "ETag",
            "Location",
            "RateLimit",
            "RateLimit-Policy",
            "Retry-After",
            "X-Request-Id",
            "Idempotent-Replayed",
        ];
        assert_eq!(exposed, expected);
        let other = client.get(path).header("Origin", "https://evil.example").send().await;
        other.assert_header_is_not_exist("access-control-allow-origin");
        assert_eq!(other.0.headers()["vary"], "Origin");
    }
}

#[tokio::test]
async fn body_above_one_mebibyte_is_refused() {
    let client = TestApi::default().client();
    let fits = format!("{{\"titel\":\"x\",\"y\":\"{}\"}}", "y".repeat(MIB - 20));
    assert_eq!(fits.len(), MIB);
    let create = || {
        let request = client.post("/api/v1/tasks/").header("Authorization", ANN);
        request.header("Content-Type", "application/json")
    };
    problem(create().body(fits.clone()).send().await, 400, "invalid").await;

    let too_large = fits + " ";
    let declared = create().header("Content-Length", MIB + 1).body(too_large.clone());
    let chunks = too_large.into_bytes();
    let chunks: Vec<_> =
        chunks.chunks(4096).map(<[u8]>::to_vec).map(Ok::<_, std::io::Error>).collect();
    let chunked = create().body(Body::from_bytes_stream(stream::iter(chunks)));
    for request in [declared, chunked] {
        let response = request.send().await;
        assert_eq!(response.0.headers()["connection"], "close");
        problem(response, 413, "too_large").await;
    }
}

#[tokio::test]
async fn pages_are_served_with_problem_errors() {
    let panics = make_sync(|_| -> Response { panic!("on purpose") });
    let gone = make_sync(|_| StatusCode::NOT_FOUND);
    let client = TestApi {
        pages: Route::new()
            .at("/", get(make_sync(|_| "home")))
            .at("/panics", panics)
            .at("/gone.html", gone),
        ..TestApi::default()
    }
    .client();
    client.get("/").send().await.assert_text("home").await;
    let refused = problem(client.get("/panics").send().await, 500, "error").await;
    assert!(!refused.to_string().contains("purpose"));
    problem(client.get("/gone.html").send().await, 404, "not_found").await;
    problem(client.post("/").send().await, 405, "method_not_allowed").await;
}

#[tokio::test]
async fn document_and_its_pages_are_served() {
    let client = TestApi::default().client();
    for path in ["/openapi.json", "/api/schema/", "/api/schema"] {
        let response = client.get(path).send().await;
        response.assert_header("content-type", "application/json");
        response.assert_text(document_json()).await;
    }
    let response = client.get("/openapi-3.2.json").send().await;
    response.assert_header("content-type", "application/json");
    assert_eq!(json(response).await["openapi"], "3.2.0");
    let response = client.get("/openapi.yaml").send().await;
    response.assert_header("content-type", "application/yaml");
    response.assert_text(document_yaml()).await;
    for path in ["/api/docs/", "/api/redoc/"] {
        let page = client.get(path).send().await;
        page.assert_status_is_ok();
        page.assert_content_type("text/html; charset=utf-8");
    }
}

#[tokio::test]
async fn file_that_the_browser_has_is_not_sent_again() {
    let client = TestApi::default().client();
    for path in ["/openapi.json", "/api/docs/", "/api/docs/framework.js"] {
        let first = client.get(path).send().await;
        let tag = first.0.headers()["etag"].to_str().unwrap().to_owned();
        for known in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
            let again = client.get(path).header("If-None-Match", known).send().await;
            again.assert_status(StatusCode::NOT_MODIFIED);
            again.assert_header("etag", &tag);
            again.assert_text("").await;
        }
        let other = client.get(path).header("If-None-Match", "\"x\"").send().await;
        other.assert_status_is_ok();
    }
}

#[tokio::test]
async fn file_is_compressed_for_clients_that_accept_it() {
    let client = TestApi::default().client();
    for path in ["/openapi.json", "/api/docs/framework.css", "/api/docs/framework.js"] {
        let plain = client.get(path).header("Accept-Encoding", "br, gzip;q=0").send().await;
        plain.assert_header_is_not_exist("content-encoding");
        plain.assert_header("vary", "Accept-Encoding");
        let request = client.get(path).header("Accept-Encoding", "gzip, deflate, br");
        let mut compressed = request.send().await;
        compressed.assert_header("content-encoding", "gzip");
        compressed.assert_header("vary", "Accept-Encoding");
        assert_eq!(compressed.0.headers()["etag"], plain.0.headers()["etag"]);
        let compressed = compressed.0.take_body().into_bytes().await.unwrap();
        let plain = plain.0.into_body().into_bytes().await.unwrap();
        let mut content = vec![];
        GzDecoder::new(&*compressed).read_to_end(&mut content).unwrap();
        assert!(content == plain && compressed.len() < plain.len() / 3 * 2, "{path}");
    }
    let list = client.get("/api/v1/tasks/").header("Authorization", ANN);
    let list = list.header("Accept-Encoding", "gzip").send().await;
    list.assert_header_is_not_exist("content-encoding");
}

#[tokio::test]
async fn api_nested_in_another_application_links_to_itself() {
    let base = BasePath::new("/leopard").unwrap();
    let api =
        TestApi { settings: HttpSettings::default().with_base_path(base), ..TestApi::default() };
    let outer = Route::new().nest("/leopard", api.endpoint());
    let client = TestClient::new(outer).default_header("Host", "leopard.example");
    let list = client.get("/leopard/api/v1/tasks/?page_size=1&page=2").header("Authorization", ANN);
    let list = json(list.send().await).await;
    let address = "http://leopard.example/leopard/api/v1/tasks/?page_size=1";
    assert_eq!(list["next"], format!("{address}&page=3"));
    assert_eq!(list["previous"], address);

    let document = json(client.get("/leopard/openapi.json").send().await).await;
    assert_eq!(document["servers"][0]["url"], "/leopard");
    for page in ["/leopard/api/docs/", "/leopard/api/redoc/"] {
        let html = client.get(page).send().await.0.into_body();
        let html = html.into_string().await.unwrap();
        let links = html.split("=\"/").skip(1);
        let links: Vec<_> = links.filter_map(|rest| rest.split('"').next()).collect();
        assert!(links.len() > 3, "{page}: {links:?}");
        for link in links {
            assert!(link.starts_with("leopard/"), "{page}: {link}");
            // The application that embeds the API provides these.
            if !["leopard/", "leopard/favicon.ico"].contains(&link) {
                let file = client.get(format!("/{link}")).send().await;
                file.assert_status_is_ok();
            }
        }
        let script = client.get(format!("{page}page.js")).send().await;
        let script = script.0.into_body().into_string().await.unwrap();
        assert!(script.contains("'/leopard/openapi.json'"), "{page}");
    }
}

#[tokio::test]
async fn head_of_a_page_has_no_body() {
    let client = TestApi::default().client();
    for path in ["/health/", "/openapi.json", "/api/v1/tasks/"] {
        let response = client.head(path).header("Authorization", ANN).send().await;
        response.assert_status_is_ok();
        response.assert_text("").await;
    }
}
