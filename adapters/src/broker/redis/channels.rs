use leopard_core::Failure;
use leopard_core::domain::id::UserId;

use crate::broker::relay::Message;
use crate::hmac::hmac;

const PURPOSE: &[u8] = b"leopard: channels of a broker";
/// Length of the hash: enough to keep installations apart.
const HASH_LENGTH: usize = 16;

/// The names of the channels, which hold a hash of the secret: another installation on the same Redis has other
/// mailboxes with the same numbers.
#[derive(Clone)]
pub(super) struct Channels(String);

impl Channels {
    pub(super) fn of(secret: &[u8]) -> Result<Self, Failure> {
        let mut own = hmac(PURPOSE, secret)?;
        own.truncate(HASH_LENGTH);
        Ok(Self(format!("leopard:{own}")))
    }

    pub(super) fn of_user(&self, user: UserId) -> String {
        format!("{}:{}", self.0, user.0)
    }

    pub(super) fn of_all(&self) -> String {
        format!("{}:all", self.0)
    }

    pub(super) fn of_message(&self, message: Message) -> String {
        match message {
            Message::Updated { user, .. } => self.of_user(user),
            Message::MissedAll | Message::KeepAlive => self.of_all(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_differ_by_user_and_secret() {
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
