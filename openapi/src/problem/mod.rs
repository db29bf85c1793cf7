//! Errors as clients read them (RFC 9457): the only mapping from failures to statuses.

mod code;
mod example;
mod foreign;
mod refusal;
mod view;

use leopard_core::Failure;
use leopard_core::domain::field::{FieldError, FieldErrors};
use poem::error::ResponseError;
use poem::http::header::{ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use poem::http::{HeaderValue, StatusCode};
use poem::{Response, web::headers::HeaderMap};

use crate::http::request_id::RequestId;
use code::Code;
pub(crate) use refusal::{
    MayBeForbidden, MayBeForbiddenOrOutdated, MayBeOutdated, MayConflict, Refusal, Refusals,
    Refused,
};
pub(crate) use view::{FieldMessages, ProblemView};

pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// Seconds after which a client may retry while the storage is unavailable.
const STORAGE_RETRY_SECONDS: u32 = 5;

/// Seconds after which a client may try a large body again.
const OVERLOAD_RETRY_SECONDS: u32 = 5;

/// The field name of errors of the whole body.
const WHOLE_BODY: &str = "non_field_errors";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    status: StatusCode,
    code: Code,
    detail: String,
    errors: Option<FieldMessages>,
    /// Line and column of a syntax error, from 1.
    position: Option<(u32, u32)>,
    retry_after: Option<u32>,
    allow: Option<Box<str>>,
    /// For the log, never for a client.
    cause: Option<Box<str>>,
}

impl Problem {
    fn new(status: StatusCode, code: Code, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            errors: None,
            position: None,
            retry_after: None,
            allow: None,
            cause: None,
        }
    }

    /// Fields of the input break rules.
    pub(crate) fn invalid(errors: FieldErrors) -> Self {
        Failure::Invalid(errors).into()
    }

    /// The body is JSON, but no object.
    pub(crate) fn not_an_object(found: &str) -> Self {
        let message = format!("Invalid data. Expected a dictionary, but got {found}.");
        let errors = FieldMessages::from([(WHOLE_BODY.to_owned(), vec![message])]);
        Self {
            errors: Some(errors),
            ..Self::new(StatusCode::BAD_REQUEST, Code::Invalid, "Invalid input.")
        }
    }

    /// The body is no JSON. Clients match the detail: the members `line` and `column` say where the error is.
    pub(crate) fn parse_error(line: usize, column: usize) -> Self {
        let place = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            position: Some((place(line), place(column))),
            ..Self::new(StatusCode::BAD_REQUEST, Code::ParseError, "JSON parse error")
        }
    }

    /// The body is of another kind.
    pub(crate) fn unsupported_media_type() -> Self {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Self::new(status, Code::UnsupportedMediaType, "Unsupported media type")
    }

    /// The body is larger than this many bytes.
    pub(crate) fn too_large(limit: usize) -> Self {
        let detail = format!("The body is larger than {limit} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, Code::TooLarge, detail)
    }

    /// The body has more than this many JSON values.
    pub(crate) fn too_many_values(limit: usize) -> Self {
        let detail = format!("The body has more than {limit} values.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, Code::TooLarge, detail)
    }

    /// The path exists, but not with this method; `allow` lists those that it has.
    pub(crate) fn method_not_allowed(method: &str, allow: &str) -> Self {
        let detail = format!("Method \"{method}\" not allowed.");
        Self {
            allow: Some(allow.into()),
            ..Self::new(StatusCode::METHOD_NOT_ALLOWED, Code::MethodNotAllowed, detail)
        }
    }

    pub(crate) fn draining() -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, Code::Draining, "The server is shutting down.")
            .retry(STORAGE_RETRY_SECONDS)
    }

    /// Too many large bodies are being read.
    pub(crate) fn overloaded() -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let detail = "Too many large bodies are being read.";
        Self::new(status, Code::Overloaded, detail).retry(OVERLOAD_RETRY_SECONDS)
    }

    /// The client has closed its connection, so that this is for the access log alone: the status that
    /// nginx logs for such a request.
    pub(crate) fn client_left() -> Self {
        let status = StatusCode::from_u16(499).unwrap_or(StatusCode::REQUEST_TIMEOUT);
        Self::new(status, Code::ClientClosedRequest, "The client closed the request.")
    }

    /// Too many large responses are being created or sent, to this caller or in total.
    pub(crate) fn too_many_responses() -> Self {
        Failure::Overloaded("Too many large answers are being sent.").into()
    }

    pub(crate) fn storage_unavailable() -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let detail = "The storage is unavailable.";
        Self::new(status, Code::StorageUnavailable, detail).retry(STORAGE_RETRY_SECONDS)
    }

    /// An internal error; the cause is for the log.
    pub(crate) fn internal(cause: String) -> Self {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self::new(status, Code::Error, "A server error occurred.").because(cause)
    }

    fn retry(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    fn because(self, cause: String) -> Self {
        Self { cause: Some(cause.into()), ..self }
    }

    /// The response to the request with this id. Logs the cause.
    pub(crate) fn respond(self, id: &RequestId) -> Response {
        if let Some(cause) = &self.cause {
            let (request_id, code) = (&id.0, self.code.name());
            tracing::error!(request_id, code, cause, "request failed");
        }
        let mut response = Response::builder().status(self.status).finish();
        self.put_headers(response.headers_mut());
        response.set_body(serde_json::to_vec(&ProblemView::of(self, id)).unwrap_or_default());
        response
    }

    fn put_headers(&self, headers: &mut HeaderMap) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer realm=\"api\"");
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        let cuts_off = [StatusCode::PAYLOAD_TOO_LARGE, StatusCode::REQUEST_TIMEOUT];
        let cuts_off = cuts_off.contains(&self.status)
            || [Code::BadRequest, Code::Overloaded].contains(&self.code);
        if cuts_off {
            // The rest of the body is not a request.
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        let allow = self.allow.as_deref().map(HeaderValue::from_str);
        if let Some(Ok(allow)) = allow {
            headers.insert(ALLOW, allow);
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let detail = failure.to_string();
        let new = |status, code| Self::new(status, code, detail.clone());
        match failure {
            Failure::Invalid(errors) => Self {
                errors: Some(messages(&errors)),
                ..new(StatusCode::BAD_REQUEST, Code::Invalid)
            },
            Failure::NotAuthenticated => new(StatusCode::UNAUTHORIZED, Code::NotAuthenticated),
            Failure::TokenNotValid => new(StatusCode::UNAUTHORIZED, Code::TokenNotValid),
            Failure::NoActiveAccount => new(StatusCode::UNAUTHORIZED, Code::NoActiveAccount),
            Failure::UserInactive => new(StatusCode::UNAUTHORIZED, Code::UserInactive),
            Failure::PermissionDenied => new(StatusCode::FORBIDDEN, Code::PermissionDenied),
            Failure::InsufficientScope(_) => new(StatusCode::FORBIDDEN, Code::InsufficientScope),
            Failure::NotFound | Failure::InvalidPage => new(StatusCode::NOT_FOUND, Code::NotFound),
            Failure::Throttled { retry_after } => {
                new(StatusCode::TOO_MANY_REQUESTS, Code::Throttled).retry(retry_after.max(1))
            }
            Failure::ReaderInvolved => new(StatusCode::CONFLICT, Code::ReaderInvolved),
            Failure::UserDeactivated => new(StatusCode::CONFLICT, Code::UserDeactivated),
            Failure::TypeRequired => new(StatusCode::CONFLICT, Code::TypeRequired),
            Failure::InvalidTransition { .. } => new(StatusCode::CONFLICT, Code::InvalidTransition),
            Failure::PreconditionFailed => {
                new(StatusCode::PRECONDITION_FAILED, Code::PreconditionFailed)
            }
            Failure::Conflict => new(StatusCode::CONFLICT, Code::Conflict),
            Failure::IdempotencyKeyReused => {
                new(StatusCode::UNPROCESSABLE_ENTITY, Code::IdempotencyKeyReused)
            }
            Failure::Overloaded(_) => {
                new(StatusCode::SERVICE_UNAVAILABLE, Code::Overloaded).retry(OVERLOAD_RETRY_SECONDS)
            }
            Failure::Busy(cause) | Failure::Unavailable(cause) => {
                Self::storage_unavailable().because(cause)
            }
            Failure::Internal(cause) => Self::internal(cause),
        }
    }
}

fn messages(errors: &FieldErrors) -> FieldMessages {
    let texts = |errors: &[FieldError]| {
        errors.iter().flat_map(|error| [Some(error.to_string()), error.hint()]).flatten().collect()
    };
    let fields = errors.iter();
    fields.map(|(field, errors)| (field.to_owned(), texts(errors))).collect()
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status(&self) -> StatusCode {
        self.status
    }
}

#[cfg(test)]
mod tests;
