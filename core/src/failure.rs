//! The errors of the core, in one list.

use crate::domain::account::Scope;
use crate::domain::field::FieldErrors;
use crate::domain::task::Status;

/// Why a use case or a port failed. The `Display` texts are part of the API.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The input breaks rules; errors by field.
    #[error("Invalid input.")]
    Invalid(FieldErrors),
    /// The request has no credentials.
    #[error("Authentication credentials were not provided.")]
    NotAuthenticated,
    /// The token is malformed, badly signed, expired, revoked or of the wrong kind.
    #[error("Given token not valid for any token type")]
    TokenNotValid,
    /// The username is unknown, the password wrong or the user inactive; which one is not revealed.
    #[error("No active account found with the given credentials")]
    NoActiveAccount,
    /// The token is valid, and its user was deactivated.
    #[error("User is inactive")]
    UserInactive,
    /// The caller may see the resource but not do this.
    #[error("You do not have permission to perform this action.")]
    PermissionDenied,
    /// The API key lacks a scope.
    #[error("The API key needs the scope \"{}\".", .0.as_str())]
    InsufficientScope(Scope),
    /// The resource does not exist, or not for this caller.
    #[error("Not found.")]
    NotFound,
    /// The page does not exist.
    #[error("Invalid page.")]
    InvalidPage,
    /// Too many requests.
    #[error("Request was throttled.")]
    Throttled {
        /// Seconds until a retry may succeed.
        retry_after: u32,
    },
    /// The status of a task may not change like this.
    #[error("A task that is {} cannot become {}.", .from.as_str(), .to.as_str())]
    InvalidTransition { from: Status, to: Status },
    /// The assignee, assigner or creator of a task cannot be removed from its readers.
    #[error("The task's assignee, assigner and creator cannot be removed from its readers.")]
    ReaderInvolved,
    /// A token was to be issued for a deactivated user.
    #[error("The user is deactivated.")]
    UserDeactivated,
    /// The server needs this notification type.
    #[error("This notification type cannot be deleted.")]
    TypeRequired,
    /// The resource has another version than the client expects.
    #[error("The resource is not at the expected version.")]
    PreconditionFailed,
    /// The resource changed since it was read. Services retry.
    #[error("The resource was changed by somebody else.")]
    Conflict,
    /// The idempotency key belongs to another request.
    #[error("The Idempotency-Key was used for another request.")]
    IdempotencyKeyReused,
    /// The server lacks memory or time for the request; the text is for the client.
    #[error("{0}")]
    Overloaded(&'static str),
    /// A lock was not free in time: others were changing the same data. Nothing was stored, a retry may
    /// succeed, and clients get the same answer as for [`Failure::Unavailable`]; the text is for the log.
    #[error("The storage is unavailable.")]
    Busy(String),
    /// The store cannot be reached; the text is for the log, never for a client.
    #[error("The storage is unavailable.")]
    Unavailable(String),
    /// A bug or a broken store; the text is for the log, never for a client.
    #[error("A server error occurred.")]
    Internal(String),
}

impl Failure {
    /// A search exceeded its time limit.
    pub const SEARCH_TOO_LONG: Self = Self::Overloaded("The search took too long.");

    /// A search waited too long for a connection.
    pub const TOO_MANY_SEARCHES: Self = Self::Overloaded("Too many searches are running.");

    /// An error of one field.
    pub fn field(name: &str, error: crate::domain::field::FieldError) -> Self {
        Self::Invalid(FieldErrors::of(name, error))
    }
}
