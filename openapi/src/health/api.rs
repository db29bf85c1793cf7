use std::sync::Arc;

use poem_openapi::OpenApi;
use poem_openapi::payload::Json;

use super::HealthProbe;
use super::view::{HealthStatus, HealthView, Liveness};
use crate::api::Tag;
use crate::problem::Problem;

pub(crate) struct HealthApi {
    pub(crate) health: Arc<dyn HealthProbe>,
}

/// The paths that are written without a final slash, unlike all others.
pub(crate) const WITHOUT_SLASH: [&str; 2] = ["/health/live", "/health/ready"];

#[OpenApi(tag = "Tag::Health")]
impl HealthApi {
    /// How the server is
    ///
    /// Always answered, whatever the state: read `status`.
    #[oai(path = "/health/", method = "get", operation_id = "getHealth")]
    async fn health(&self) -> Json<HealthView> {
        Json(self.health.check().await.into())
    }

    /// Whether the server runs
    ///
    /// Answered as long as the process can answer at all: restart it when this fails.
    #[expect(clippy::unused_async, reason = "operations are async")]
    #[oai(path = "/health/live", method = "get", operation_id = "getLiveness")]
    async fn live(&self) -> Json<Liveness> {
        Json(Liveness {
            status: HealthStatus::Healthy,
        })
    }

    /// Whether the server can take requests
    ///
    /// 503 while the database is away or the node is about to leave: send it nothing then. While only
    /// what carries news between nodes is away, it is 200 and `degraded`: everything works, and events
    /// of other nodes come within 2 seconds.
    #[oai(path = "/health/ready", method = "get", operation_id = "getReadiness")]
    async fn ready(&self) -> Result<Json<HealthView>, Problem> {
        let health = self.health.check().await;
        if health.draining {
            return Err(Problem::draining());
        }
        if !health.database {
            return Err(Problem::storage_unavailable());
        }
        Ok(Json(health.into()))
    }
}
