//! The access log of whatever stands before Leopard.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::cli::doctor::check::access_log::Trace;
use crate::cli_error::CliError;

/// How long a line may take to be written after its request has ended.
const TIMEOUT: Duration = Duration::from_secs(3);
/// How often the file is looked at.
const POLL: Duration = Duration::from_millis(100);

/// A log, and how long it was.
pub struct LogFile {
    path: PathBuf,
    length: u64,
}

impl LogFile {
    pub fn open(path: &Path) -> Result<Self, CliError> {
        let length = File::open(path).and_then(|file| file.metadata());
        let length = length
            .map_err(|error| CliError(format!("cannot read {}: {error}", path.display())))?
            .len();
        Ok(Self {
            path: path.to_owned(),
            length,
        })
    }

    /// What of a request is written from now on. The path alone may be of somebody else's request,
    /// whose line came before: the token is waited for to the end.
    pub async fn trace(&self, path: &str, token: &str) -> Trace {
        let begun = Instant::now();
        loop {
            // A log that is gone for a moment is being rotated.
            let written = self.written().unwrap_or_default();
            let trace = Trace::of(path, token, &String::from_utf8_lossy(&written));
            if trace == Trace::Token || begun.elapsed() > TIMEOUT {
                return trace;
            }
            sleep(POLL).await;
        }
    }

    fn written(&self) -> std::io::Result<Vec<u8>> {
        let mut file = File::open(&self.path)?;
        let is_new = file.metadata()?.len() < self.length;
        let start = if is_new { 0 } else { self.length };
        file.seek(SeekFrom::Start(start))?;
        let mut written = vec![];
        file.read_to_end(&mut written)?;
        Ok(written)
    }
}
