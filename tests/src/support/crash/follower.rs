//! One who follows a stream and comes back with its cursor.

use serde_json::Value;
use tokio::sync::watch;

use super::super::crowd::Member;
use super::super::lean_stream::{LeanStream, Message};
use super::line::Line;

/// Follows a user's stream from the beginning, whatever happens to the server, until it is said
/// what the last sequence is (by user id) and that is reached. Answers the titles seen, in order.
pub async fn follow(
    member: Member,
    mut line: Line,
    last: watch::Receiver<Option<Vec<(i64, usize)>>>,
) -> Vec<String> {
    let mut seen: Vec<String> = vec![];
    let last = || {
        let known = last.borrow();
        let mut users = known.iter().flatten();
        users
            .find(|(user, _)| *user == member.id)
            .map(|(_, last)| *last)
    };
    loop {
        let address = line.server().await;
        let cursor = seen.len().try_into().expect("a cursor");
        let opened = LeanStream::open(address, &member.token, Some(cursor)).await;
        if let Ok(mut stream) = opened {
            while let Ok(Some(message)) = stream.next().await {
                take(&message, &mut seen);
                // Nothing is written between the last one and a heartbeat after it.
                if message.is("heartbeat") && last() == Some(seen.len()) {
                    return seen;
                }
            }
        }
        let user = member.id;
        assert!(
            !line.is_unbroken(),
            "a stream of {user} broke though the server lives"
        );
    }
}

/// What comes is the next one, or no notification at all.
fn take(message: &Message, seen: &mut Vec<String>) {
    let before: i64 = seen.len().try_into().expect("a cursor");
    if message.is("notification") {
        assert_eq!(message.id, Some(before + 1), "after {before}: {message:?}");
        let data: Value = serde_json::from_str(&message.data).expect("data is JSON");
        seen.push(data["title"].as_str().expect("a title").to_owned());
    } else if message.is("connection_established") {
        assert_eq!(message.id, Some(before), "{message:?}");
    } else {
        // Heartbeats, and what became of others: nothing that moves the cursor.
        assert_eq!(message.id, None, "after {before}: {message:?}");
    }
}
