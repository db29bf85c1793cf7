//! Bodies of callers without a valid access token: they are small for every operation.
use crate::support::{ANN, TestApi, problem};
use futures_util::stream;
use poem::Body;
use poem::test::TestResponse;

/// The most bytes of such a body.
const SMALL: usize = 16 * 1024;

/// An object of this many bytes, of which no operation knows a member.
fn object(bytes: usize) -> String {
    format!("{{\"x\":\"{}\"}}", "x".repeat(bytes - 8))
}

/// The responses to this object, sent with its length declared and in chunks.
async fn send(path: &str, authorization: &str, body: &str) -> [TestResponse; 2] {
    let client = TestApi::default().client();
    let request = || {
        let request = client.post(path).header("Authorization", authorization);
        request.header("Content-Type", "application/json")
    };
    let declared = request().header("Content-Length", body.len());
    let chunks = body.as_bytes().chunks(4096).map(<[u8]>::to_vec);
    let chunks: Vec<_> = chunks.map(Ok::<_, std::io::Error>).collect();
    let chunked = request().body(Body::from_bytes_stream(stream::iter(chunks)));
    [declared.body(body.to_owned()).send().await, chunked.send().await]
}

#[tokio::test]
async fn body_above_16_kib_is_refused_where_tokens_are_issued() {
    for path in [
        "/api/token/",
        "/api/token",
        "/api/token/refresh/",
        "/api/token/verify/",
        "/api/token/blacklist/",
    ] {
        for authorization in ["", ANN] {
            for response in send(path, authorization, &object(SMALL)).await {
                problem(response, 400, "invalid").await;
            }
            for response in send(path, authorization, &object(SMALL + 1)).await {
                assert_eq!(response.0.headers()["connection"], "close");
                let problem = problem(response, 413, "too_large").await;
                assert_eq!(problem["detail"], "The body is larger than 16384 bytes.");
            }
        }
    }
}

#[tokio::test]
async fn large_body_without_valid_token_is_refused_like_a_small_one() {
    let tokens = [
        ("", "not_authenticated"),
        ("Bearer forged", "token_not_valid"),
        ("Bearer expired", "token_not_valid"),
        ("Bearer refresh", "token_not_valid"),
    ];
    for path in ["/api/v1/tasks/", "/api/token/stream/"] {
        for (authorization, code) in tokens {
            for response in send(path, authorization, &object(SMALL + 1)).await {
                problem(response, 401, code).await;
            }
        }
    }
    for response in send("/nope", "", &object(SMALL + 1)).await {
        problem(response, 404, "not_found").await;
    }
    for response in send("/health/", "", &object(SMALL + 1)).await {
        problem(response, 405, "method_not_allowed").await;
    }
}

#[tokio::test]
async fn large_body_with_valid_token_is_read() {
    for response in send("/api/v1/tasks/", ANN, &object(SMALL + 1)).await {
        problem(response, 400, "invalid").await;
    }
}
