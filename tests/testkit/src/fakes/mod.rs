//! Fakes of the ports: simple, deterministic, and without secrets.

mod fingerprinter;
mod manual_clock;
mod passwords;
mod recording_publisher;
mod recording_security_log;
mod tokens;

pub use fingerprinter::PlainFingerprinter;
pub use manual_clock::ManualClock;
pub use passwords::PlainPasswords;
pub use recording_publisher::RecordingPublisher;
pub use recording_security_log::RecordingSecurityLog;
pub use tokens::NumberedTokens;
