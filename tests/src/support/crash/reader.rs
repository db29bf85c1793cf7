//! What somebody has seen of a stream, over as many connections as it took.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::sync::watch;

use super::super::lean_stream::{LeanStream, Message};
use super::super::seeded_users::Member;

/// The last sequence of each user, once nothing is written any more.
pub type Last = watch::Receiver<Option<Vec<(i64, usize)>>>;

/// Somebody who reads a user's stream from the beginning.
pub struct Reader {
    member: Member,
    last: Last,
    /// The titles of what came, in order.
    pub seen: Vec<String>,
}

impl Reader {
    /// Somebody who has not seen anything yet.
    pub fn new(member: Member, last: Last) -> Self {
        Self { member, last, seen: vec![] }
    }

    /// Reads on from what was seen last, over one connection, until that breaks: whether everything
    /// has been seen by then.
    pub async fn read(&mut self, address: SocketAddr) -> bool {
        let cursor = self.seen.len().try_into().expect("a cursor");
        let opened = LeanStream::open(address, &self.member.token, Some(cursor)).await;
        if let Ok(mut stream) = opened {
            while let Ok(Some(message)) = stream.next().await {
                self.take(&message);
                // Nothing is written between the last one and a heartbeat after it.
                if message.is("heartbeat") && self.has_all() {
                    return true;
                }
            }
        }
        false
    }

    fn has_all(&self) -> bool {
        let known = self.last.borrow();
        let mut users = known.iter().flatten();
        let last = users.find(|(user, _)| *user == self.member.id);
        last.is_some_and(|(_, last)| *last == self.seen.len())
    }

    /// What comes is the next one, or no notification at all.
    fn take(&mut self, message: &Message) {
        let before: i64 = self.seen.len().try_into().expect("a cursor");
        if message.is("notification") {
            assert_eq!(message.id, Some(before + 1), "after {before}: {message:?}");
            let data: Value = serde_json::from_str(&message.data).expect("data is JSON");
            let title = data["title"].as_str().expect("a title");
            self.seen.push(title.to_owned());
        } else if message.is("connection_established") {
            assert_eq!(message.id, Some(before), "{message:?}");
        } else {
            // Heartbeats, and what became of others: nothing that moves the cursor.
            assert_eq!(message.id, None, "after {before}: {message:?}");
        }
    }
}
