//! Clients of a server that is killed again and again, and what they can bear witness to.

mod follower;
mod line;
mod notebook;
mod reader;
mod writer;

pub use follower::follow;
pub use line::{Line, Whereabouts};
pub use notebook::Notebook;
pub use reader::{Last, Reader};
pub use writer::{Acknowledged, Work, work};
