//! The client that `build.rs` writes, and the stream.

pub mod live;
pub mod log_in;

include!(concat!(env!("OUT_DIR"), "/client.rs"));
