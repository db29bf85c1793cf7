use std::sync::Arc;

use poem_openapi::OpenApi;

use super::HealthProbe;
use super::view::{HealthStatus, HealthView, Liveness};
use crate::api::Tag;
use crate::framework::payload::Json;
use crate::problem::Problem;

pub(crate) struct HealthApi {
    pub(crate) health: Arc<dyn HealthProbe>,
}

/// The paths that are written without a final slash, unlike all others.
pub(crate) const WITHOUT_SLASH: [&str; 2] = ["/health/live", "/health/ready"];

#[OpenApi(tag = "Tag::Health")]
impl HealthApi {
    /// Get health
    ///
    /// Returns 200 in every state: read `status`.
    #[oai(path = "/health/", method = "get", operation_id = "getHealth")]
    async fn health(&self) -> Json<HealthView> {
        Json(self.health.check().await.into())
    }

    /// Get liveness
    ///
    /// Returns 200 as long as the process works. Restart it if this fails.
    #[expect(clippy::unused_async, reason = "every operation is async")]
    #[oai(path = "/health/live", method = "get", operation_id = "getLiveness")]
    async fn live(&self) -> Json<Liveness> {
        Json(Liveness { status: HealthStatus::Healthy })
    }

    /// Get readiness
    ///
    /// Returns 503 while the database is unavailable or the node is shutting down: send it no requests
    /// then. While only the broker is unavailable, it returns 200 and `degraded`: everything works, and
    /// events of other nodes arrive up to 2 seconds late.
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
