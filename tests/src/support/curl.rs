//! The real `curl`, as the guide uses it.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::process::OwnedChild;
use super::wait::{TIMEOUT, until, within};

/// The output of `curl` with these arguments.
pub async fn curl(arguments: &[&str]) -> String {
    let mut command = tokio::process::Command::from(command(arguments));
    let output = within("curl ends", TIMEOUT, command.output()).await;
    let output = output.expect("curl is installed");
    assert!(output.status.success(), "curl {arguments:?}: {output:?}");
    String::from_utf8(output.stdout).expect("it prints UTF-8")
}

/// A `curl -N` in the background; dropping this kills it.
pub struct CurlStream {
    child: OwnedChild,
    output: PathBuf,
    _dir: TempDir,
}

impl CurlStream {
    pub fn start(arguments: &[&str]) -> Self {
        let dir = TempDir::new().expect("a temporary directory");
        let output = dir.path().join("output");
        let file = File::create(&output).expect("a file for its output");
        let mut command = command(&["-N"]);
        let child = command.args(arguments).stdout(file).spawn();
        Self { child: OwnedChild(child.expect("curl is installed")), output, _dir: dir }
    }

    /// Its output so far.
    pub fn printed(&self) -> String {
        fs::read_to_string(&self.output).expect("it prints UTF-8")
    }

    /// The data of the events of this type so far.
    pub fn events(&self, kind: &str) -> Vec<Value> {
        let printed = self.printed();
        // The last line may be incomplete.
        let whole = printed.rsplit_once('\n').map_or("", |(whole, _)| whole);
        whole
            .lines()
            .filter_map(|line| line.strip_prefix("data: "))
            .map(|data| serde_json::from_str(data).expect("data is JSON"))
            .filter(|event: &Value| event["type"] == kind)
            .collect()
    }

    /// Waits for this number of events of this type and returns them.
    pub async fn until(&self, kind: &str, count: usize) -> Vec<Value> {
        let what = format!("{count} of {kind} from curl");
        until(&what, TIMEOUT, async || {
            let events = self.events(kind);
            (events.len() >= count).then_some(events)
        })
        .await
    }

    pub fn is_open(&mut self) -> bool {
        self.child.ended().is_none()
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new("curl");
    // Without an environment no proxy can be set.
    command.env_clear().arg("-sS").args(arguments).stdin(Stdio::null());
    command
}
