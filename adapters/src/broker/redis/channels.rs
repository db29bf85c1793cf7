use leopard_core::Failure;
use leopard_core::domain::id::UserId;

use crate::broker::relay::Message;
use crate::security::hmac;

const PURPOSE: &[u8] = b"leopard: channels of a broker";
/// Enough for no two installations to be named alike.
const LETTERS: usize = 16;

/// The names of the channels.
///
/// Those who know the same secret have the same ones: what another installation says on the same
/// Redis is of other mailboxes.
#[derive(Clone)]
pub(super) struct Channels(String);

impl Channels {
    pub(super) fn of(secret: &[u8]) -> Result<Self, Failure> {
        let mut own = hmac(PURPOSE, secret)?;
        own.truncate(LETTERS);
        Ok(Self(format!("leopard:{own}")))
    }

    /// Where what concerns this user is said.
    pub(super) fn of_user(&self, user: UserId) -> String {
        format!("{}:{}", self.0, user.0)
    }

    /// Where what concerns every node is said.
    pub(super) fn of_all(&self) -> String {
        format!("{}:all", self.0)
    }

    /// Where this is said.
    pub(super) fn of_word(&self, message: Message) -> String {
        match message {
            Message::Updated { user, .. } => self.of_user(user),
            Message::MissedAll | Message::Beat => self.of_all(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_who_know_the_secret_meet() {
        let secret = b"a secret of more than thirty-two bytes";
        let (one, same) = (Channels::of(secret), Channels::of(secret));
        let (one, same) = (one.unwrap(), same.unwrap());
        assert_eq!(one.of_user(UserId(7)), same.of_user(UserId(7)));
        assert_ne!(one.of_user(UserId(7)), one.of_user(UserId(8)));
        let other = Channels::of(b"another secret of thirty-two bytes").unwrap();
        assert_ne!(one.of_user(UserId(7)), other.of_user(UserId(7)));
        assert_ne!(one.of_all(), other.of_all());
    }
}
