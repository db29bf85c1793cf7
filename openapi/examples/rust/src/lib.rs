//! The client that `build.rs` writes, and the stream.

pub mod live;

include!(concat!(env!("OUT_DIR"), "/client.rs"));
