//! The codes of errors.

use poem_openapi::registry::MetaSchemaRef;

use crate::framework::described;
use crate::framework::payload::{inline, open_names};

/// Declares the codes with their meanings for the document.
macro_rules! codes {
    ($($code:ident = $name:literal, $meaning:literal;)+) => {
        /// What went wrong, for programs. A code never changes its name or its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Code {
            $($code,)+
            /// For the access log alone: no client receives it.
            ClientClosedRequest,
        }

        impl Code {
            /// The codes that clients receive.
            const NAMES: &'static [&'static str] = &[$($name),+];
            const DESCRIPTION: &'static str = concat!(
                "Machine-readable code. Unknown values are to be ignored: later versions add codes; handle them by `status`.",
                $("\n\n- `", $name, "`: ", $meaning),+
            );

            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$code => $name,)+
                    Self::ClientClosedRequest => "client_closed_request",
                }
            }
        }
    };
}

codes! {
    Invalid = "invalid", "fields or parameters are invalid; `errors` says which and why.";
    ParseError = "parse_error", "the body is not JSON; `line` and `column` say where.";
    BadRequest = "bad_request", "the request is malformed, or the server cannot read it.";
    NotAuthenticated = "not_authenticated", "the request has no credentials.";
    TokenNotValid = "token_not_valid", "the token is malformed, expired or revoked, or of the wrong kind.";
    NoActiveAccount = "no_active_account", "the username or the password is wrong, or the user is inactive.";
    UserInactive = "user_inactive", "the user of the token was deactivated.";
    PermissionDenied = "permission_denied", "the caller may not do this.";
    InsufficientScope = "insufficient_scope", "the API key lacks a scope, which `detail` names.";
    NotFound = "not_found", "the resource or the page does not exist, or is not visible to the caller.";
    MethodNotAllowed = "method_not_allowed", "the path has no such method; `Allow` lists its methods.";
    RequestTimeout = "request_timeout", "the body did not arrive in time.";
    InvalidTransition = "invalid_transition", "the status of the task does not allow this change.";
    ReaderInvolved = "reader_involved", "the assignee, assigner or creator of a task cannot be removed.";
    UserDeactivated = "user_deactivated", "the user is deactivated, so no token can be issued.";
    TypeRequired = "type_required", "the server needs the notification type, so it cannot be deleted.";
    Conflict = "conflict", "the resource changed at the same time: retry.";
    PreconditionFailed = "precondition_failed", "the task has changed since the version of `If-Match`.";
    TooLarge = "too_large", "the body is too large.";
    UnsupportedMediaType = "unsupported_media_type", "the body is not declared as JSON.";
    IdempotencyKeyReused = "idempotency_key_reused", "the `Idempotency-Key` was used for a different request.";
    Throttled = "throttled", "too many requests: retry after `Retry-After` seconds.";
    Overloaded = "overloaded", "the server lacks memory or time for this request: retry later.";
    StorageUnavailable = "storage_unavailable", "the storage is unavailable: retry later.";
    Draining = "draining", "the server is shutting down.";
    Error = "error", "an internal error; the server's log has the cause, by `request_id`.";
}

described! {
    Code, "ProblemCode", schema(),
    json |code| code.name(),
}

fn schema() -> MetaSchemaRef {
    inline(open_names(Code::DESCRIPTION, Code::NAMES))
}
