//! What the server says of itself.

use crate::support::{World, json, problem};
use leopard_openapi::{BrokerHealth, Health};
use poem::test::TestResponse;
use serde_json::{Value, json};

/// A server that is well but for what the test changes.
fn well() -> Health {
    Health {
        database: true,
        broker: BrokerHealth::Up,
        draining: false,
        open_streams: 3,
        open_files_limit: 1_024,
    }
}

async fn ask(health: Health, path: &str) -> TestResponse {
    let world = World { health, ..World::default() };
    world.client().get(path).send().await
}

async fn told(health: Health) -> Value {
    json(ask(health, "/health/").await).await
}

#[tokio::test]
async fn healthy_server_is_up() {
    let healthy = json!({
        "status": "healthy",
        "database": "up",
        "broker": "up",
        "open_streams": 3, "open_files_limit": 1_024,
        "version": env!("CARGO_PKG_VERSION"),
    });
    assert_eq!(told(well()).await, healthy);
    ask(well(), "/health/ready").await.assert_status_is_ok();
    let alone = Health { broker: BrokerHealth::Local, ..well() };
    let told = told(alone).await;
    assert_eq!(told["status"], "healthy");
    assert_eq!(told["broker"], "local");
}

#[tokio::test]
async fn health_without_broker_is_degraded() {
    let deaf = Health { broker: BrokerHealth::Down, ..well() };
    let ready = ask(deaf, "/health/ready").await;
    ready.assert_status_is_ok();
    let ready = json(ready).await;
    assert_eq!(ready["status"], "degraded");
    assert_eq!(ready["broker"], "down");
    assert_eq!(ready["database"], "up");
}

#[tokio::test]
async fn health_without_database_is_not_ready() {
    for broker in [BrokerHealth::Up, BrokerHealth::Down] {
        let away = Health { database: false, broker, ..well() };
        let told = told(away).await;
        assert_eq!(told["status"], "unhealthy");
        assert_eq!(told["database"], "down");
        let ready = ask(away, "/health/ready").await;
        problem(ready, 503, "storage_unavailable").await;
    }
}

#[tokio::test]
async fn draining_server_is_live_but_not_ready() {
    let leaving = Health { draining: true, ..well() };
    ask(leaving, "/health/live").await.assert_status_is_ok();
    problem(ask(leaving, "/health/ready").await, 503, "draining").await;
}
