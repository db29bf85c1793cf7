//! The nginx of `deployment`, before nodes of a test.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::net::TcpStream;

use super::wait::{PATIENCE, until};

/// The file that operators start from.
const CONFIGURATION: &str = include_str!("../../../deployment/nginx/nginx.conf");

/// The nodes that are named in it.
const NODES: &str = "        server 127.0.0.1:8001 max_fails=0;
        server 127.0.0.1:8002 max_fails=0;
";

/// How it speaks to clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// As it stands there: TLS, and HTTP/2 for those who can.
    Tls,
    /// The same without TLS, for clients that look at every byte.
    Plain,
}

/// A running nginx; it is ended when this is dropped.
pub struct Front {
    nginx: Child,
    folder: TempDir,
    address: SocketAddr,
    face: Face,
}

impl Front {
    /// Starts it before these nodes.
    pub async fn before(nodes: &[SocketAddr], face: Face) -> Self {
        let folder = TempDir::new().expect("a temporary directory");
        let address = free_address();
        if face == Face::Tls {
            certify(folder.path());
        }
        let text = configuration(folder.path(), nodes, address, face);
        let file = folder.path().join("nginx.conf");
        fs::write(&file, text).expect("it is written");
        let nginx = Command::new("nginx")
            .arg("-e")
            .arg(folder.path().join("error.log"))
            .arg("-c")
            .arg(file)
            .args(["-g", "daemon off;"])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx is installed");
        let mut front = Self {
            nginx,
            folder,
            address,
            face,
        };
        until("nginx listens", PATIENCE, async || {
            let ended = front.nginx.try_wait().expect("its state is known");
            assert_eq!(ended, None, "{}", front.log("error.log"));
            TcpStream::connect(address).await.ok()
        })
        .await;
        front
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of a path behind it.
    pub fn url(&self, path: &str) -> String {
        let scheme = match self.face {
            Face::Tls => "https",
            Face::Plain => "http",
        };
        format!("{scheme}://localhost:{}{path}", self.address.port())
    }

    /// Reads its configuration anew; what is open goes on.
    pub fn reload(&self) {
        self.signal(Signal::HUP);
    }

    /// Cuts everything that is open, as a machine does that loses its network for a moment.
    pub fn cut_connections(&self) {
        for worker in self.workers() {
            // One that has ended already has nothing open.
            let _ = kill_process(worker, Signal::KILL);
        }
    }

    /// Its workers; the nginx that started them replaces those that are killed.
    fn workers(&self) -> Vec<Pid> {
        let id = self.nginx.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children"));
        let children = children.expect("it runs on Linux");
        let ids = children
            .split_whitespace()
            .map(|id| id.parse().expect("an id"));
        ids.filter_map(Pid::from_raw).collect()
    }

    /// One of its logs: `access.log`, `error.log` or `stream_error.log`.
    pub fn log(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }

    fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.nginx.id()).ok();
        let id = id.and_then(Pid::from_raw).expect("a process id");
        kill_process(id, signal).expect("it takes the signal");
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        // Killed, it would leave its workers behind.
        self.signal(Signal::TERM);
        let _ = self.nginx.wait();
    }
}

/// The file, with what an operator changes changed, and nothing else.
fn configuration(folder: &Path, nodes: &[SocketAddr], address: SocketAddr, face: Face) -> String {
    let folder = folder.display().to_string();
    let nodes: Vec<_> = nodes
        .iter()
        .map(|node| format!("        server {node} max_fails=0;\n"))
        .collect();
    let nodes = nodes.concat();
    let redirect = format!("listen {};", free_address());
    let (tls, plain) = (
        format!("listen {address} ssl http2;"),
        format!("listen {address};"),
    );
    // Who is not root cannot use the folders that it is built with.
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temporary = temporary.map(|kind| format!("    {kind}_temp_path {folder}/{kind};\n"));
    let temporary = format!("http {{\n{}", temporary.concat());
    let changes = [
        (NODES, nodes.as_str()),
        ("http {\n", &temporary),
        ("/run/nginx.pid", &format!("{folder}/nginx.pid")),
        ("/var/log/nginx", &folder),
        ("/etc/leopard/tls", &folder),
        ("listen 80;", &redirect),
        (
            "listen 443 ssl http2;",
            if face == Face::Tls { &tls } else { &plain },
        ),
    ];
    let mut text = CONFIGURATION.to_owned();
    for (there, here) in changes {
        assert!(text.contains(there), "{there} is in nginx.conf");
        text = text.replace(there, here);
    }
    if face == Face::Plain {
        let is_plain = |line: &&str| !line.trim_start().starts_with("ssl_");
        let lines: Vec<_> = text.lines().filter(is_plain).collect();
        text = lines.join("\n");
    }
    text
}

/// A certificate of `localhost` that nobody has signed, and its key.
fn certify(folder: &Path) {
    let made = Command::new("openssl")
        .args([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        ])
        .args(["-subj", "/CN=localhost", "-keyout"])
        .arg(folder.join("privkey.pem"))
        .arg("-out")
        .arg(folder.join("fullchain.pem"))
        .output()
        .expect("openssl is installed");
    assert!(made.status.success(), "{made:?}");
}

/// An address of this machine where nobody listens.
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it has an address")
}
