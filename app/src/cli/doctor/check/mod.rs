//! The checks, one a file: what was seen goes in, a finding comes out. None of them asks anybody.

pub mod access_log;
pub mod clock;
pub mod compression;
pub mod cross_origin;
pub mod encryption;
pub mod first_event;
pub mod forged_headers;
pub mod heartbeat;
pub mod http_version;
pub mod links;
pub mod open_files;
pub mod reachable;
pub mod readiness;
pub mod resume;
pub mod second_stream;
pub mod stream_headers;
pub mod token;
pub mod wrong_token;
