//! A private Redis server that tests can stop, kill, freeze and restart.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::process::OwnedChild;
use super::wait::{TIMEOUT, until};

/// A server that keeps its address through restarts; dropping this kills it.
pub struct Redis {
    directory: TempDir,
    address: SocketAddr,
    settings: Vec<String>,
    child: OwnedChild,
}

impl Redis {
    pub async fn start() -> Self {
        Self::start_with(|port| vec!["--port".to_owned(), port]).await
    }

    /// Starts one with these settings for a free port.
    pub async fn start_with(settings: impl FnOnce(String) -> Vec<String>) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = free.local_addr().expect("it listens");
        drop(free);
        let directory = TempDir::new().expect("a temporary directory");
        let settings = settings(address.port().to_string());
        let child = run(&directory, &settings).await;
        Self { directory, address, settings, child }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn process(&self) -> Pid {
        self.child.pid()
    }

    pub fn url(&self) -> String {
        format!("redis://{}", self.address)
    }

    /// Stops it, as a service manager does.
    pub async fn stop(&mut self) {
        self.signal(Signal::TERM);
        until("Redis ends", TIMEOUT, async || self.child.ended()).await;
    }

    pub fn kill(&mut self) {
        self.child.kill();
    }

    /// Starts it again at the same address, without data.
    pub async fn start_again(&mut self) {
        self.child = run(&self.directory, &self.settings).await;
    }

    /// Freezes it; connections stay open.
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    pub fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    /// Sends a command and returns its reply: a line, or a text of known length.
    pub async fn tell(&self, command: &str) -> String {
        let mut socket = TcpStream::connect(self.address).await.expect("it listens");
        let sent = socket.write_all(format!("{command}\r\n").as_bytes()).await;
        sent.expect("it takes commands");
        let mut reply = String::new();
        let mut lines = BufReader::new(socket);
        let read = lines.read_line(&mut reply).await;
        assert_ne!(read.expect("a response"), 0, "it hung up");
        if let Some(length) = reply.strip_prefix('$') {
            let length = length.trim_end().parse().expect("a length");
            let mut text = vec![0; length];
            lines.read_exact(&mut text).await.expect("a whole text");
            reply = String::from_utf8(text).expect("a response is UTF-8");
        }
        reply
    }

    pub async fn cut_connections(&self) {
        for kind in ["pubsub", "normal"] {
            self.tell(&format!("CLIENT KILL TYPE {kind}")).await;
        }
    }

    fn signal(&self, signal: Signal) {
        kill_process(self.child.pid(), signal).expect("it takes the signal");
    }
}

/// Starts a server and waits until it listens. Its port may be in use for a moment.
async fn run(directory: &TempDir, settings: &[String]) -> OwnedChild {
    let log = directory.path().join("log");
    let mut child = spawn(directory, settings);
    until("Redis listens", TIMEOUT, async || {
        let printed = fs::read_to_string(&log).expect("its log is UTF-8");
        if printed.contains("Ready to accept connections") {
            return Some(());
        }
        if child.ended().is_some() {
            assert!(printed.contains("Address already in use"), "Redis ended: {printed}");
            child = spawn(directory, settings);
        }
        None
    })
    .await;
    child
}

fn spawn(directory: &TempDir, settings: &[String]) -> OwnedChild {
    let log = File::create(directory.path().join("log")).expect("a file for its log");
    let server = Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--save", "", "--dir"])
        .arg(directory.path())
        .args(settings)
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("the same file"))
        .stderr(log)
        .spawn();
    OwnedChild(server.expect("redis-server starts: install it, or use ./tests/run"))
}
