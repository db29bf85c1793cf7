//! Several nodes behind nginx, and clients that go on whatever happens to them.

mod client;
mod nodes;
mod people;
mod trouble;

pub use nodes::Cluster;
pub use people::People;
pub use trouble::{Trouble, World};
