//! Several messages in one payload.

use crate::broker::relay::Message;

/// PostgreSQL accepts payloads of fewer than 8,000 bytes.
const MAX_BYTES: usize = 7_900;
const SEPARATOR: char = ',';

/// Packs messages into as few payloads as possible.
pub(super) fn write(messages: &[Message]) -> Vec<String> {
    let mut payloads: Vec<String> = vec![];
    for message in messages {
        let text = message.text();
        match payloads.last_mut() {
            Some(last) if last.len() + 1 + text.len() <= MAX_BYTES => {
                last.push(SEPARATOR);
                last.push_str(&text);
            }
            _ => payloads.push(text),
        }
    }
    payloads
}

/// The messages of a payload, without the unknown ones.
pub(super) fn read(payload: &str) -> Vec<Message> {
    payload.split(SEPARATOR).filter_map(Message::parse).collect()
}

#[cfg(test)]
mod tests {
    use leopard_core::domain::id::UserId;

    use super::*;

    fn updated(user: i64) -> Message {
        Message::Updated { user: UserId(user), head: user, revision: 1 }
    }

    #[test]
    fn many_messages_are_packed_without_loss() {
        let long = (0..1_000).map(|it| updated(i64::MAX - it));
        let messages: Vec<_> = (1..=10_000).map(updated).chain(long).collect();
        let payloads = write(&messages);
        assert!(payloads.len() < 40, "{}", payloads.len());
        assert!(payloads.iter().all(|payload| payload.len() < 8_000));
        let read: Vec<_> = payloads.iter().flat_map(|it| read(it)).collect();
        assert_eq!(read, messages);
    }

    #[test]
    fn unknown_message_is_skipped() {
        assert_eq!(write(&[]), Vec::<String>::new());
        assert_eq!(read(""), []);
        assert_eq!(read("1:1:1,?,*"), [updated(1), Message::MissedAll]);
    }
}
