//! The checks: pure functions from what was observed to a finding.

pub mod access_log;
pub mod clock;
pub mod delivery;
pub mod request;
pub mod service;
pub mod stream;

/// The names of the checks.
pub mod name {
    pub const REACHABLE: &str = "reachable";
    pub const ENCRYPTION: &str = "encryption";
    pub const HTTP_VERSION: &str = "HTTP version";
    pub const READINESS: &str = "database and broker";
    pub const OPEN_FILES: &str = "open files";
    pub const CROSS_ORIGIN: &str = "cross-origin requests";
    pub const WRONG_TOKEN: &str = "wrong token";
    pub const TOKEN: &str = "token";
    pub const LINKS: &str = "links";
    pub const FORGED_HEADERS: &str = "forged headers";
    pub const ACCESS_LOG: &str = "access log";
    pub const STREAM_HEADERS: &str = "headers of the stream";
    pub const COMPRESSION: &str = "compression";
    pub const FIRST_EVENT: &str = "first event";
    pub const SECOND_STREAM: &str = "second stream";
    pub const RESUME: &str = "resume";
    pub const HEARTBEAT: &str = "heartbeat";
    pub const CLOCK: &str = "clock";
}

pub const READ_THE_LOGS: &str = "Read the logs of the server and of the proxy in front of it.";

#[cfg(test)]
mod testing {
    use super::super::finding::{Finding, Grade};

    /// Asserts the grade, and a part of the detail.
    #[track_caller]
    pub fn assert_found(finding: &Finding, grade: Grade, detail: &str) {
        assert_eq!(finding.grade, grade, "{finding:?}");
        assert!(finding.detail.contains(detail), "{finding:?}");
    }
}
