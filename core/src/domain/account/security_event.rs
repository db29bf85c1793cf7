//! Security events.

use crate::domain::account::ClientNetwork;
use crate::domain::id::{ApiKeyId, UserId};

/// An event for auditors: a possible attack, or a change of accounts and rights. It holds ids only, because
/// a text that was typed as a username may be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecurityEvent {
    pub kind: SecurityEventKind,
    /// The source of the request; `None` for the command line.
    pub client: Option<ClientNetwork>,
    /// The acting user; `None` without authentication and for the command line.
    pub user: Option<UserId>,
    /// The user of the affected account; `None` if unknown or more than one.
    pub target: Option<UserId>,
}

/// The kind of an event. The names are part of the documented interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecurityEventKind {
    /// Wrong password, unknown username or inactive user.
    LoginFailed,
    /// Too many attempts; the password was not compared.
    LoginThrottled,
    /// A refresh token was used again after its successor was used or the grace period was over. The
    /// session was revoked.
    RefreshTokenReused,
    /// A user got or lost the staff right.
    RightsChanged { is_staff: bool },
    /// A user has another password.
    PasswordChanged,
    /// An API key was created.
    KeyCreated { key: ApiKeyId },
    /// An API key was revoked.
    KeyRevoked { key: ApiKeyId },
    /// A request had an unknown, expired or revoked API key, or one of an inactive user.
    KeyRefused { key: ApiKeyId },
    /// A token was issued for another user.
    TokenIssued,
    /// A user was created by an API key.
    UserProvisioned,
    /// A user was activated.
    UserActivated,
    /// A user was deactivated.
    UserDeactivated,
    /// An announcement was sent to other users.
    NotificationsSent { recipients: u64 },
}

impl SecurityEventKind {
    /// The name in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::LoginFailed => "login_failed",
            Self::LoginThrottled => "login_throttled",
            Self::RefreshTokenReused => "refresh_token_reused",
            Self::RightsChanged { .. } => "rights_changed",
            Self::PasswordChanged => "password_changed",
            Self::KeyCreated { .. } => "key_created",
            Self::KeyRevoked { .. } => "key_revoked",
            Self::KeyRefused { .. } => "key_refused",
            Self::TokenIssued => "token_issued",
            Self::UserProvisioned => "user_provisioned",
            Self::UserActivated => "user_activated",
            Self::UserDeactivated => "user_deactivated",
            Self::NotificationsSent { .. } => "notifications_sent",
        }
    }
}

/// The author of an action, as security events name it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Actor {
    /// The user; `None` without authentication.
    pub user: Option<UserId>,
    /// The source of the request.
    pub client: Option<ClientNetwork>,
}

impl Actor {
    /// The person at the command line.
    pub const OPERATOR: Self = Self { user: None, client: None };

    /// A client without authentication.
    pub fn anonymous(client: ClientNetwork) -> Self {
        Self { user: None, client: Some(client) }
    }

    /// An authenticated user.
    pub fn user(user: UserId, client: ClientNetwork) -> Self {
        Self { user: Some(user), client: Some(client) }
    }

    /// The event of an action on an account.
    pub fn event(self, kind: SecurityEventKind, target: Option<UserId>) -> SecurityEvent {
        SecurityEvent { kind, client: self.client, user: self.user, target }
    }
}
