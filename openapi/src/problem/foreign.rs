//! Errors of the framework and of pages, as problems.

use leopard_core::Failure;
use poem::error::{MethodNotAllowedError, NotFoundError, ParsePathError};
use poem::http::StatusCode;

use super::{Code, Problem};

impl Problem {
    /// The problem for an error that reached the outermost layer.
    pub(crate) fn of_error(error: poem::Error, method: &str) -> Self {
        let error = match error.downcast::<Self>() {
            Ok(problem) => return problem,
            Err(error) => error,
        };
        if error.is::<MethodNotAllowedError>() {
            // Routes without operations are pages, which accept these methods.
            return Self::method_not_allowed(method, "GET, HEAD");
        }
        if error.is::<NotFoundError>() || error.is::<ParsePathError>() {
            return Failure::NotFound.into();
        }
        let cause = error.to_string();
        Self::of_status(error.status(), cause)
    }

    pub(crate) fn of_status(status: StatusCode, cause: String) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Failure::NotAuthenticated.into(),
            StatusCode::FORBIDDEN => Failure::PermissionDenied.into(),
            StatusCode::NOT_FOUND => Failure::NotFound.into(),
            StatusCode::REQUEST_TIMEOUT => {
                let detail = "The body did not come in time.";
                Self::new(status, Code::RequestTimeout, detail)
            }
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::unsupported_media_type(),
            status if status.is_client_error() => {
                let detail = status.canonical_reason().unwrap_or("Bad Request");
                Self::new(status, Code::BadRequest, detail)
            }
            _ => Self::internal(cause),
        }
    }
}
