//! The access log of the proxy.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::check::access_log::LoggedStream;
use crate::cli_error::CliError;

/// How long a line may take to be written after its request has ended.
const TIMEOUT: Duration = Duration::from_secs(3);
/// How often the file is read.
const POLL: Duration = Duration::from_millis(100);

/// A log, and its length at the start.
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
        Ok(Self { path: path.to_owned(), length })
    }

    /// What the log shows of a stream since the start. The path may be of an earlier request, so this waits
    /// for the token to the end.
    pub async fn find(&self, path: &str, token: &str) -> LoggedStream {
        let start = Instant::now();
        loop {
            // A log that is missing for a moment is being rotated.
            let written = self.written().unwrap_or_default();
            let logged = LoggedStream::find(path, token, &String::from_utf8_lossy(&written));
            if logged == LoggedStream::WithToken || start.elapsed() > TIMEOUT {
                return logged;
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
