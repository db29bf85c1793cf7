//! Everything that can go wrong, as one closed list.

use crate::domain::field::FieldErrors;
use crate::domain::task::Status;

/// Why a use case did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Input breaks a rule; each message belongs to a field.
    #[error("Invalid input.")]
    Invalid(FieldErrors),
    /// No credentials came with the request.
    #[error("Authentication credentials were not provided.")]
    NotAuthenticated,
    /// The token is malformed, badly signed, expired, revoked or of the wrong kind.
    #[error("Given token not valid for any token type")]
    TokenNotValid,
    /// Unknown name, wrong password, or an inactive user: which of them is not said.
    #[error("No active account found with the given credentials")]
    NoActiveAccount,
    /// A good token of a user who has been deactivated.
    #[error("User is inactive")]
    UserInactive,
    /// The caller can see it but may not do this to it.
    #[error("You do not have permission to perform this action.")]
    PermissionDenied,
    /// It does not exist, or not for this caller.
    #[error("Not found.")]
    NotFound,
    /// The page does not exist.
    #[error("Invalid page.")]
    InvalidPage,
    /// Too much at once; worth another try after so many seconds.
    #[error("Request was throttled.")]
    Throttled {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// The status of a task may not change so.
    #[error("A task that is {} cannot become {}.", .from.as_str(), .to.as_str())]
    InvalidTransition {
        /// Where it stands.
        from: Status,
        /// Where it should.
        to: Status,
    },
    /// A user who is involved in a task cannot be removed from its readers.
    #[error("The task's assignee, assigner and creator cannot be removed from its readers.")]
    ReaderInvolved,
    /// The change is meant for another version.
    #[error("The resource is not at the expected version.")]
    PreconditionFailed,
    /// What was read has been changed by somebody else meanwhile.
    #[error("The resource was changed by somebody else.")]
    Conflict,
    /// Another request came by the same name before.
    #[error("The Idempotency-Key was used for another request.")]
    IdempotencyKeyReused,
    /// The server has no room or no time for the request now; the text is for the client.
    #[error("{0}")]
    Overloaded(&'static str),
    /// A lock was not free in time: others were changing the same data. Nothing was stored, a retry may
    /// succeed, and clients get the same answer as for [`Failure::Unavailable`]; the text is for the log.
    #[error("The storage is unavailable.")]
    Busy(String),
    /// The store cannot be reached; the text is for the log, never for a client.
    #[error("The storage is unavailable.")]
    Unavailable(String),
    /// A fault of ours; the text is for the log, never for a client.
    #[error("A server error occurred.")]
    Internal(String),
}

impl Failure {
    /// A search was interrupted at its time limit.
    pub const SEARCH_TOO_LONG: Self = Self::Overloaded("The search took too long.");

    /// A search waited too long for others of the same user, or for a connection.
    pub const TOO_MANY_SEARCHES: Self = Self::Overloaded("Too many searches are running.");

    /// A validation failure of a single field.
    #[must_use]
    pub fn field(name: &str, error: crate::domain::field::FieldError) -> Self {
        Self::Invalid(FieldErrors::of(name, error))
    }
}
