//! One who follows a stream and comes back with its cursor.

use super::super::seeded_users::Member;
use super::reader::{Last, Reader};
use super::server_address::AddressWatch;

/// Follows a user's stream from the beginning, whatever happens to the server, until it is said what
/// the last sequence is and that is reached. Returns the titles seen, in order.
pub async fn follow(member: Member, mut address: AddressWatch, last: Last) -> Vec<String> {
    let user = member.id;
    let mut reader = Reader::new(member, last);
    while !reader.read(address.server().await).await {
        assert!(!address.is_unbroken(), "a stream of {user} broke though the server lives");
    }
    reader.seen
}
