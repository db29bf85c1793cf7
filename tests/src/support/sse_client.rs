//! Common clients of Server-Sent Events, each in a program that prints the data of each event,
//! `reconnects`, `ends` at an orderly end of the stream, and `fails` if it is cut off.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStdout};

use super::background::Background;
use super::document;
use super::leopard::Leopard;
use super::tool::{Tool, target};
use super::wait::until;

/// The time limit of a reconnect: some clients double the time that the server asks for.
const TIMEOUT: Duration = Duration::from_mins(1);

const STREAM: &str = "/api/v1/notifications/stream/";

/// The exit code of `curl` shows how the stream ended.
const CURL: &str = r#"
curl -N -sS -H "Authorization: Bearer $1" "$0"
case $? in 0) echo ends ;; 18) echo fails ;; esac
"#;

/// A client and its behaviour.
#[derive(Debug)]
pub struct Kind {
    pub name: &'static str,
    program: Program,
    /// Its output when the stream is cut off, and when it ends.
    pub cut: &'static str,
    pub end: &'static str,
}

#[derive(Debug)]
enum Program {
    Node(&'static str),
    Python(&'static str),
    Shell(&'static str),
}

const fn kind(name: &'static str, program: Program, cut: &'static str, end: &'static str) -> Kind {
    Kind { name, program, cut, end }
}

/// All clients except browsers.
pub const KINDS: [Kind; 7] = [
    kind("eventsource", Program::Node("eventsource.js"), "reconnects", "reconnects"),
    kind("fetch-event-source", Program::Node("fetch_event_source.js"), "reconnects", "ends"),
    kind("hey-api", Program::Node("build/hey_api.js"), "reconnects", "ends"),
    kind("requests, sseclient-py", Program::Python("requests_sseclient.py"), "fails", "ends"),
    kind("httpx-sse", Program::Python("httpx_sse_client.py"), "fails", "ends"),
    kind("aiohttp-sse-client", Program::Python("aiohttp_sse.py"), "fails", "reconnects"),
    kind("curl", Program::Shell(CURL), "fails", "ends"),
];

/// The programs, in the folder of their packages.
pub struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// Copies and builds them.
    pub async fn build() -> Self {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/sse");
        let folder = target().join("tools/sse");
        for file in fs::read_dir(from).expect("the programs are there") {
            let file = file.expect("they can be listed");
            fs::copy(file.path(), folder.join(file.file_name()))
                .expect("the packages are installed (./tests/run)");
        }
        let document = document::path().display().to_string();
        let generator = Tool::npm(&folder, "openapi-ts").within(&folder);
        generator.with(&["-i", &document, "-o", "client"]).run().await;
        Tool::npm(&folder, "tsc").within(&folder).run().await;
        Self { folder }
    }

    /// Follows the stream of this token.
    pub fn follow(&self, kind: &Kind, leopard: &Leopard, token: &str) -> SseClient {
        let program = match kind.program {
            Program::Node(file) => Tool::python("node").with(&[file]),
            Program::Python(file) => Tool::python("python").with(&[file]),
            Program::Shell(script) => Tool::at(Path::new("/bin/sh")).with(&["-c", script]),
        };
        let url = leopard.url(STREAM);
        SseClient::start(kind.name, program.within(&self.folder).with(&[&url, token]))
    }
}

/// A running client; dropping this ends it.
pub struct SseClient {
    name: &'static str,
    printed: Printed,
    child: Child,
    _reading: Background,
}

/// The lines so far, each with its time.
type Printed = Arc<Mutex<Vec<(String, Instant)>>>;

impl SseClient {
    fn start(name: &'static str, program: Tool) -> Self {
        let mut child = program.start();
        let output = child.stdout.take().expect("its standard output is a pipe");
        let printed = Printed::default();
        Self {
            name,
            printed: printed.clone(),
            child,
            _reading: Background::start(read(output, printed)),
        }
    }

    /// Waits for a line that contains this text, and returns its time.
    pub async fn until_printed(&self, text: &str) -> Instant {
        let what = format!("{text} from {}", self.name);
        until(&what, TIMEOUT, async || {
            let printed = self.printed.lock().unwrap_or_else(PoisonError::into_inner);
            let mut lines = printed.iter();
            lines.find(|(line, _)| line.contains(text)).map(|(_, at)| *at)
        })
        .await
    }

    /// The number of lines that contain this text.
    pub fn count(&self, text: &str) -> usize {
        let printed = self.printed.lock().unwrap_or_else(PoisonError::into_inner);
        printed.iter().filter(|(line, _)| line.contains(text)).count()
    }
}

impl Drop for SseClient {
    fn drop(&mut self) {
        // A script would leave its client running.
        let id = self.child.id().and_then(|id| i32::try_from(id).ok());
        if let Some(group) = id.and_then(Pid::from_raw) {
            // It fails only where all have ended already.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

async fn read(output: ChildStdout, printed: Printed) {
    let mut lines = BufReader::new(output).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let mut printed = printed.lock().unwrap_or_else(PoisonError::into_inner);
        printed.push((line, Instant::now()));
    }
}
