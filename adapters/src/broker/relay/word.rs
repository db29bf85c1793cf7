use leopard_core::domain::id::UserId;
use leopard_core::domain::mailbox::Bell;

/// What one node says to the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// The mailbox of this user is at least at this head and state.
    Rung {
        /// Whose.
        user: UserId,
        /// Its head.
        head: i64,
        /// Its state.
        state: i64,
    },
    /// More has changed than could be said: any mailbox may have.
    Anybodys,
    /// Nothing; but who hears it knows that the way is open.
    Beat,
}

const ANYBODYS: &str = "*";
const BEAT: &str = ".";

impl Word {
    /// What a bell says, without what it carries.
    pub(super) fn of(bell: &Bell) -> Self {
        Self::Rung {
            user: bell.user,
            head: bell.head,
            state: bell.state,
        }
    }

    /// The word as it is sent.
    pub(in crate::broker) fn text(self) -> String {
        match self {
            Self::Rung { user, head, state } => format!("{}:{head}:{state}", user.0),
            Self::Anybodys => ANYBODYS.to_owned(),
            Self::Beat => BEAT.to_owned(),
        }
    }

    /// The word that this is; none if it is not understood, as what a newer version may say.
    pub(in crate::broker) fn read(text: &str) -> Option<Self> {
        match text {
            ANYBODYS => Some(Self::Anybodys),
            BEAT => Some(Self::Beat),
            _ => {
                let mut numbers = text.split(':').map(|number| number.parse().ok());
                let word = Self::Rung {
                    user: UserId(numbers.next()??),
                    head: numbers.next()??,
                    state: numbers.next()??,
                };
                numbers.next().is_none().then_some(word)
            }
        }
    }

    /// The bell that this word is.
    pub(super) fn bell(self) -> Option<Bell> {
        match self {
            Self::Rung { user, head, state } => Some(Bell {
                user,
                head,
                state,
                notification: None,
            }),
            Self::Anybodys | Self::Beat => None,
        }
    }
}
