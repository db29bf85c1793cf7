use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::MailboxUpdate;

/// A message between nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message {
    /// The mailbox of this user has at least this head and revision.
    Updated {
        /// The owner of the mailbox.
        user: UserId,
        /// The sequence of its newest notification.
        head: i64,
        /// The number of its reads and deletions.
        revision: i64,
    },
    /// Too many mailboxes have changed to list: any of them may have.
    MissedAll,
    /// Shows that the connection works.
    KeepAlive,
}

const ALL: &str = "*";
const KEEP_ALIVE: &str = ".";

impl Message {
    /// The message of an update, without its notification.
    pub(super) fn of(update: &MailboxUpdate) -> Self {
        Self::Updated { user: update.user, head: update.head, revision: update.revision }
    }

    /// The message as text, for transports that carry text.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Updated { user, head, revision } => format!("{}:{head}:{revision}", user.0),
            Self::MissedAll => ALL.to_owned(),
            Self::KeepAlive => KEEP_ALIVE.to_owned(),
        }
    }

    /// Parses a message; `None` for the unknown messages of a newer version.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            ALL => Some(Self::MissedAll),
            KEEP_ALIVE => Some(Self::KeepAlive),
            _ => {
                let mut numbers = text.split(':').map(|number| number.parse().ok());
                let message = Self::Updated {
                    user: UserId(numbers.next()??),
                    head: numbers.next()??,
                    revision: numbers.next()??,
                };
                numbers.next().is_none().then_some(message)
            }
        }
    }

    pub(super) fn update(self) -> Option<MailboxUpdate> {
        match self {
            Self::Updated { user, head, revision } => {
                Some(MailboxUpdate { user, head, revision, notification: None })
            }
            Self::MissedAll | Self::KeepAlive => None,
        }
    }
}
