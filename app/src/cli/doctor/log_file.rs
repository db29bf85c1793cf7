//! The access log of the proxy, and its check.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::report::{Finding, Grade, not_checked, ok, problem};
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
        let metadata = File::open(path).and_then(|file| file.metadata());
        let fault = |error| CliError(format!("cannot read {}: {error}", path.display()));
        Ok(Self { path: path.to_owned(), length: metadata.map_err(fault)?.len() })
    }

    /// Checks what the log has shown since the start of a stream with a token in its URL. The path may be of
    /// an earlier request, so this waits for the token to the end.
    pub async fn check(&self, path: &str, token: &str) -> Finding {
        let start = Instant::now();
        loop {
            // A log that is missing for a moment is being rotated.
            let written = self.written().unwrap_or_default();
            let finding = access_log(path, token, &String::from_utf8_lossy(&written));
            if finding.grade == Grade::Problem || start.elapsed() > TIMEOUT {
                return finding;
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

/// Whether the access log is free of tokens.
fn access_log(path: &str, token: &str, log: &str) -> Finding {
    if log.contains(token) {
        problem(
            "it shows the token of a stream",
            "Log the path without the query (nginx: a log_format with $uri instead of $request or \
             $request_uri), and delete the logged tokens.",
        )
    } else if log.contains(path) {
        ok("it shows the path of the stream without the token")
    } else {
        not_checked(
            "it does not show the stream: is it the right file, and written without a delay?",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logged_token_is_a_problem() {
        for (log, grade) in [
            ("GET /stream/?token=s3cr3t 200", Grade::Problem),
            ("GET /stream/ 200", Grade::Ok),
            ("GET /health/ 200", Grade::NotChecked),
        ] {
            assert_eq!(access_log("/stream/", "s3cr3t", log).grade, grade, "{log}");
        }
    }
}
