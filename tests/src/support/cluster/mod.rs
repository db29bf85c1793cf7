//! Several nodes behind nginx, and clients that go on whatever happens to them.

mod client;
mod nodes;

pub use client::{Post, keep_posting, keep_reading};
pub use nodes::Cluster;
