//! The start of a stream.

use chrono::{DateTime, Utc};

use super::event::StreamEvent;
use crate::domain::notification::Mailbox;

/// The input of a new stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// The mailbox, read after the subscription.
    pub mailbox: Mailbox,
    /// The cursor of the client, if it has one.
    pub resume: Option<i64>,
    /// The maximum number of replayed notifications.
    pub replay_limit: u32,
    pub heartbeat_seconds: u32,
    /// When the token that opens the stream expires.
    pub token_expires_at: DateTime<Utc>,
}

impl Opening {
    /// The sequence after which the stream writes, and its first events.
    pub(super) fn begin(self) -> (i64, Vec<StreamEvent>) {
        let newest = self.mailbox.head;
        let start = self.resume.unwrap_or(newest);
        let mut events = vec![StreamEvent::ConnectionEstablished {
            user: self.mailbox.user,
            start,
            newest,
            unread: self.mailbox.unread,
            heartbeat_seconds: self.heartbeat_seconds,
            token_expires_at: self.token_expires_at,
        }];
        let truncated = match newest - start {
            ahead if ahead < 0 => Some(None),
            missed if missed > i64::from(self.replay_limit) => Some(Some(missed)),
            _ => None,
        };
        match truncated {
            None => (start, events),
            Some(missed) => {
                events.push(StreamEvent::ReplayTruncated { missed, newest });
                (newest, events)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::UserId;

    /// The start sequence, the cursors of the first events, and the reported numbers of missed
    /// notifications.
    fn begin(resume: Option<i64>) -> (i64, Vec<Option<i64>>, Vec<Option<i64>>) {
        let mailbox = Mailbox { user: UserId(1), head: 10, revision: 3, unread: 4 };
        let opening = Opening {
            mailbox,
            resume,
            replay_limit: 5,
            heartbeat_seconds: 30,
            token_expires_at: DateTime::UNIX_EPOCH,
        };
        let (after, events) = opening.begin();
        let missed = events.iter().filter_map(|event| match event {
            StreamEvent::ReplayTruncated { missed, .. } => Some(*missed),
            _ => None,
        });
        (after, events.iter().map(StreamEvent::cursor).collect(), missed.collect())
    }

    #[test]
    fn stream_without_a_cursor_starts_at_the_newest() {
        assert_eq!(begin(None), (10, vec![Some(10)], vec![]));
    }

    #[test]
    fn cursor_within_the_replay_limit_is_resumed() {
        assert_eq!(begin(Some(5)), (5, vec![Some(5)], vec![]));
        assert_eq!(begin(Some(10)), (10, vec![Some(10)], vec![]));
    }

    #[test]
    fn cursor_before_the_replay_limit_skips_to_the_newest() {
        assert_eq!(begin(Some(4)), (10, vec![Some(4), Some(10)], vec![Some(6)]));
    }

    #[test]
    fn cursor_ahead_of_the_mailbox_skips_to_the_newest() {
        assert_eq!(begin(Some(11)), (10, vec![Some(11), Some(10)], vec![None]));
        assert_eq!(begin(Some(i64::MAX)).0, 10);
    }
}
