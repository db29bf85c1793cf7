use leopard_core::chrono::{DateTime, Utc};
use leopard_core::port::Clock as _;
use poem::test::{TestClient, TestResponse};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;

use super::*;

async fn body(response: TestResponse) -> Value {
    response.assert_status_is_ok();
    let text = response.0.into_body().into_string().await.unwrap();
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn api_and_streams_work_below_the_path() {
    let (routes, _work) = application().await.unwrap();
    let client = TestClient::new(routes).default_header("Host", "localhost");
    client.get("/").send().await.assert_text("your own page").await;

    let credentials = json!({ "username": "admin", "password": "a quiet morning" });
    let log_in = client.post("/leopard/api/token/").body_json(&credentials).send();
    let token = body(log_in.await).await["access"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {token}");

    let stream = client.get("/leopard/api/v1/notifications/stream/").query("token", &token);
    let mut stream = stream.send().await.0.into_body().into_async_read();

    let due_date: DateTime<Utc> = SystemClock.now() + TimeDelta::days(1);
    let task = json!({
        "title": "Paint", "detail": "The fence", "assigned_to": 1, "due_date": due_date.to_rfc3339(),
    });
    for _ in 0..2 {
        let create = client.post("/leopard/api/v1/tasks/").header("Authorization", &bearer);
        create.body_json(&task).send().await.assert_status(poem::http::StatusCode::CREATED);
    }
    let mut text = String::new();
    while !text.contains("New Task Assigned: Paint") {
        let mut chunk = vec![0; 4_096];
        let length = stream.read(&mut chunk).await.unwrap();
        assert_ne!(length, 0, "the stream ended after {text}");
        text += std::str::from_utf8(&chunk[..length]).unwrap();
    }

    let list = client.get("/leopard/api/v1/tasks/?page_size=1").header("Authorization", &bearer);
    let next = body(list.send().await).await["next"].as_str().unwrap().to_owned();
    assert_eq!(next, "http://localhost/leopard/api/v1/tasks/?page_size=1&page=2");
}
