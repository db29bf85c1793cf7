use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::MailboxUpdate;

/// What one node says to the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message {
    /// The mailbox of this user is at least at this head and state.
    Updated {
        /// Whose.
        user: UserId,
        /// Its head.
        head: i64,
        /// Its state.
        revision: i64,
    },
    /// More has changed than could be said: any mailbox may have.
    MissedAll,
    /// Nothing; but who hears it knows that the way is open.
    Beat,
}

const ALL: &str = "*";
const BEAT: &str = ".";

impl Message {
    /// What an update says, without what it carries.
    pub(super) fn of(update: &MailboxUpdate) -> Self {
        Self::Updated {
            user: update.user,
            head: update.head,
            revision: update.revision,
        }
    }

    /// The message as it is sent.
    pub(in crate::broker) fn text(self) -> String {
        match self {
            Self::Updated {
                user,
                head,
                revision,
            } => format!("{}:{head}:{revision}", user.0),
            Self::MissedAll => ALL.to_owned(),
            Self::Beat => BEAT.to_owned(),
        }
    }

    /// The message that this is; none if it is not understood, as what a newer version may say.
    pub(in crate::broker) fn read(text: &str) -> Option<Self> {
        match text {
            ALL => Some(Self::MissedAll),
            BEAT => Some(Self::Beat),
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

    /// The update that this message is.
    pub(super) fn update(self) -> Option<MailboxUpdate> {
        match self {
            Self::Updated {
                user,
                head,
                revision,
            } => Some(MailboxUpdate {
                user,
                head,
                revision,
                notification: None,
            }),
            Self::MissedAll | Self::Beat => None,
        }
    }
}
