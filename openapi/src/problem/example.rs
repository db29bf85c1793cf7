//! Errors as examples in the document, exactly as the server would send them.

use leopard_core::Failure;
use leopard_core::domain::task::Status;
use serde_json::Value;

use super::{Problem, ProblemView};
use crate::http::request_id::RequestId;

impl Problem {
    /// A problem as JSON, for the document.
    pub(crate) fn example(self) -> Value {
        let id = RequestId("5f3c9b1e0d7a48c2a6e4f1b2c3d4e5f6".to_owned());
        serde_json::to_value(ProblemView::of(self, &id)).unwrap_or_default()
    }

    /// The usual problem of this status; none where the problem depends on the operation.
    pub(crate) fn usual(status: u16) -> Option<Self> {
        Some(match status {
            401 => Failure::NotAuthenticated.into(),
            403 => Failure::PermissionDenied.into(),
            404 => Failure::NotFound.into(),
            409 => Failure::InvalidTransition { from: Status::Completed, to: Status::InProgress }
                .into(),
            412 => Failure::PreconditionFailed.into(),
            413 => Self::too_large(crate::http::middleware::body_limit::LIMIT),
            415 => Self::unsupported_media_type(),
            422 => Failure::IdempotencyKeyReused.into(),
            429 => Failure::Throttled { retry_after: 5 }.into(),
            500 => Self::internal(String::new()),
            503 => Self::storage_unavailable(),
            _ => return None,
        })
    }
}
