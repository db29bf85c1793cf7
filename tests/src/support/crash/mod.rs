//! Clients of a server that is killed repeatedly, and what they have seen.

mod inbox_snapshot;
mod reader;
mod server_address;
mod writer;

pub use inbox_snapshot::InboxSnapshot;
pub use reader::{Last, Reader, follow};
pub use server_address::{AddressWatch, ServerAddress};
pub use writer::{Acknowledged, Work, work};
