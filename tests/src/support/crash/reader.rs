//! Readers of one stream over several connections.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::time::timeout;

use super::super::lean_stream::{LeanStream, Message};
use super::super::seeded_users::Member;
use super::server_address::AddressWatch;

/// Longer than the heartbeats of a server are apart.
const MISSED_HEARTBEATS: Duration = Duration::from_mins(2);

/// The last sequence of each user, once nothing is written any more.
pub type Last = watch::Receiver<Option<Vec<(i64, usize)>>>;

/// A reader of a user's stream from its beginning.
pub struct Reader {
    member: Member,
    last: Last,
    /// The titles of what came, in order.
    pub seen: Vec<String>,
}

impl Reader {
    pub fn new(member: Member, last: Last) -> Self {
        Self { member, last, seen: vec![] }
    }

    /// Resumes over one connection until it breaks or is silent for too long, and returns whether the stream
    /// is complete.
    pub async fn read(&mut self, address: SocketAddr, silence: Duration) -> bool {
        let cursor = self.seen.len().try_into().expect("a cursor");
        let opening = LeanStream::open(address, &self.member.token, Some(cursor));
        if let Ok(Ok(mut stream)) = timeout(silence, opening).await {
            while let Ok(Ok(Some(message))) = timeout(silence, stream.next()).await {
                self.take(&message);
                // A heartbeat after the last notification shows that no other follows.
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

    /// Expects the next notification, or an event of another type.
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
            // Heartbeats and read states do not move the cursor.
            assert_eq!(message.id, None, "after {before}: {message:?}");
        }
    }
}

/// Follows a user's stream from its beginning through crashes of the server, until the last sequence is
/// known and reached. Returns the titles, in order.
pub async fn follow(member: Member, mut address: AddressWatch, last: Last) -> Vec<String> {
    let user = member.id;
    let mut reader = Reader::new(member, last);
    while !reader.read(address.server().await, MISSED_HEARTBEATS).await {
        assert!(!address.is_unbroken(), "a stream of {user} broke on a running server");
    }
    reader.seen
}
