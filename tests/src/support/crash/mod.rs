//! Clients of a server that is killed again and again, and what they can bear witness to.

mod follower;
mod inbox_snapshot;
mod reader;
mod server_address;
mod writer;

pub use follower::follow;
pub use inbox_snapshot::InboxSnapshot;
pub use reader::{Last, Reader};
pub use server_address::{AddressWatch, ServerAddress};
pub use writer::{Acknowledged, Work, work};
