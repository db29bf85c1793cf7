//! What the security log says.

use crate::domain::account::ClientNetwork;
use crate::domain::id::UserId;

/// An event for auditors: a possible attack, or a change of accounts and rights. It holds identities
/// only: what was typed as a name may be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecurityEvent {
    /// What happened.
    pub kind: SecurityEventKind,
    /// Where the request came from; none from the command line.
    pub client: Option<ClientNetwork>,
    /// The acting user; none for unauthenticated requests and the command line.
    pub user: Option<UserId>,
    /// Whose account it is about; none where no user, or more than one, is meant.
    pub target: Option<UserId>,
}

/// What happened. Every name is part of the documented interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecurityEventKind {
    /// A password was wrong, or the user unknown or inactive.
    LoginFailed,
    /// A password was not compared, because there were too many attempts.
    LoginThrottled,
    /// A refresh token came again after its successor was used or the grace was over; its login ended.
    RefreshTokenReused,
    /// A user may administer from now on, or may no longer.
    RightsChanged {
        /// Whether the user may administer.
        is_staff: bool,
    },
    /// A user has another password.
    PasswordChanged,
    /// A user may log in again.
    UserActivated,
    /// A user may not log in any more.
    UserDeactivated,
    /// Other users were sent a notification.
    NotificationsSent {
        /// How many users have got it.
        recipients: u64,
    },
}

impl SecurityEventKind {
    /// The name in the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LoginFailed => "login_failed",
            Self::LoginThrottled => "login_throttled",
            Self::RefreshTokenReused => "refresh_token_reused",
            Self::RightsChanged { .. } => "rights_changed",
            Self::PasswordChanged => "password_changed",
            Self::UserActivated => "user_activated",
            Self::UserDeactivated => "user_deactivated",
            Self::NotificationsSent { .. } => "notifications_sent",
        }
    }
}

/// Who does something, and from where: to be named in the events that follow from it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Actor {
    /// The user; none for unauthenticated requests.
    pub user: Option<UserId>,
    /// Where the request came from.
    pub client: Option<ClientNetwork>,
}

impl Actor {
    /// Whoever has the machine, on its command line.
    pub const OPERATOR: Self = Self {
        user: None,
        client: None,
    };

    /// A client that has not said who it is.
    #[must_use]
    pub fn anonymous(client: ClientNetwork) -> Self {
        Self {
            user: None,
            client: Some(client),
        }
    }

    /// A user.
    #[must_use]
    pub fn user(user: UserId, client: ClientNetwork) -> Self {
        Self {
            user: Some(user),
            client: Some(client),
        }
    }

    /// The event of what they did, to this account.
    #[must_use]
    pub fn did(self, kind: SecurityEventKind, target: Option<UserId>) -> SecurityEvent {
        SecurityEvent {
            kind,
            client: self.client,
            user: self.user,
            target,
        }
    }
}
