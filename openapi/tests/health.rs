//! Health, liveness and readiness.
use crate::support::{TestApi, json, problem};
use leopard_openapi::{BrokerHealth, Health};
use poem::test::TestResponse;
use serde_json::{Value, json};

/// A healthy server, which tests vary.
fn healthy() -> Health {
    Health {
        database: true,
        broker: BrokerHealth::Up,
        draining: false,
        open_streams: 3,
        open_files_limit: 1_024,
    }
}

async fn get(health: Health, path: &str) -> TestResponse {
    let api = TestApi { health, ..TestApi::default() };
    api.client().get(path).send().await
}

async fn report(health: Health) -> Value {
    json(get(health, "/health/").await).await
}

#[tokio::test]
async fn healthy_server_is_up() {
    let expected = json!({
        "status": "healthy",
        "database": "up",
        "broker": "up",
        "open_streams": 3, "open_files_limit": 1_024,
        "version": env!("CARGO_PKG_VERSION"),
    });
    assert_eq!(report(healthy()).await, expected);
    get(healthy(), "/health/ready").await.assert_status_is_ok();
    let alone = Health { broker: BrokerHealth::Local, ..healthy() };
    let report = report(alone).await;
    assert_eq!(report["status"], "healthy");
    assert_eq!(report["broker"], "local");
}

#[tokio::test]
async fn health_without_broker_is_degraded() {
    let degraded = Health { broker: BrokerHealth::Down, ..healthy() };
    let ready = get(degraded, "/health/ready").await;
    ready.assert_status_is_ok();
    let ready = json(ready).await;
    assert_eq!(ready["status"], "degraded");
    assert_eq!(ready["broker"], "down");
    assert_eq!(ready["database"], "up");
}

#[tokio::test]
async fn health_without_database_is_not_ready() {
    for broker in [BrokerHealth::Up, BrokerHealth::Down] {
        let unhealthy = Health { database: false, broker, ..healthy() };
        let report = report(unhealthy).await;
        assert_eq!(report["status"], "unhealthy");
        assert_eq!(report["database"], "down");
        let ready = get(unhealthy, "/health/ready").await;
        problem(ready, 503, "storage_unavailable").await;
    }
}

#[tokio::test]
async fn draining_server_is_live_but_not_ready() {
    let draining = Health { draining: true, ..healthy() };
    get(draining, "/health/live").await.assert_status_is_ok();
    problem(get(draining, "/health/ready").await, 503, "draining").await;
}
