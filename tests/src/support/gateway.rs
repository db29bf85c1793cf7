//! The nginx of `deployment` in front of nodes.

use std::fs;
use std::net::SocketAddr;

use rustix::process::{Pid, Signal, kill_process};

use super::certificate::Certificate;
use super::nginx::{Nginx, Port};

const CONFIGURATION: &str = include_str!("../../../deployment/nginx/nginx.conf");

/// The nodes that are named in it.
const NODES: &str = "        server 127.0.0.1:8001 max_fails=1 fail_timeout=1s;
        server 127.0.0.1:8002 max_fails=1 fail_timeout=1s;
";

/// The limits of one address there, and others.
const RAISED_LIMITS: [(&str, &str); 2] =
    [("limit_conn clients 512;", "limit_conn clients 60000;"), ("rate=50r/s;", "rate=100000r/s;")];

/// The protocol of its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// As configured: TLS with HTTP/2.
    Tls,
    /// Without TLS, for clients that read raw bytes.
    Plain,
}

/// A running nginx; dropping this ends it.
pub struct Gateway {
    nginx: Nginx,
    face: Face,
    _redirect: Port,
}

impl Gateway {
    /// Starts it in front of these nodes, with high limits, since all clients have one address.
    pub async fn before(nodes: &[SocketAddr], face: Face) -> Self {
        Self::start(nodes, face, &RAISED_LIMITS).await
    }

    /// The same with the configured limits.
    pub async fn with_limits(nodes: &[SocketAddr], face: Face) -> Self {
        Self::start(nodes, face, &[]).await
    }

    async fn start(nodes: &[SocketAddr], face: Face, limits: &[(&str, &str)]) -> Self {
        let (port, redirect) = (Port::reserve(), Port::reserve());
        let text = configuration(nodes, port.address(), redirect.address(), face);
        let text = limits.iter().fold(text, |text, (there, here)| {
            assert!(text.contains(there), "{there} is in nginx.conf");
            text.replace(there, here)
        });
        let certificate = match face {
            Face::Tls => Certificate::of_localhost(2).files().to_vec(),
            Face::Plain => vec![],
        };
        Self { nginx: Nginx::start(&text, port, &certificate).await, face, _redirect: redirect }
    }

    pub fn address(&self) -> SocketAddr {
        self.nginx.address()
    }

    pub fn url(&self, path: &str) -> String {
        let scheme = match self.face {
            Face::Tls => "https",
            Face::Plain => "http",
        };
        self.nginx.url(scheme) + path
    }

    /// Reloads its configuration; connections stay open.
    pub fn reload(&self) {
        kill_process(self.master(), Signal::HUP).expect("it takes the signal");
    }

    pub fn cut_connections(&self) {
        let id = self.master().as_raw_nonzero();
        // The master process replaces killed workers.
        let workers = fs::read_to_string(format!("/proc/{id}/task/{id}/children"));
        let workers = workers.expect("it runs on Linux");
        for worker in workers.split_whitespace() {
            let worker = Pid::from_raw(worker.parse().expect("a process id"));
            // One that has ended already has nothing open.
            let _ = kill_process(worker.expect("a process id"), Signal::KILL);
        }
    }

    /// One of its logs: `access.log` or `error.log`.
    pub fn log(&self, name: &str) -> String {
        self.nginx.read(name)
    }

    fn master(&self) -> Pid {
        let id = self.nginx.read("nginx.pid");
        let id = Pid::from_raw(id.trim().parse().expect("a process id"));
        id.expect("a process id is not 0")
    }
}

/// The configuration with the changes that an operator makes.
fn configuration(
    nodes: &[SocketAddr],
    address: SocketAddr,
    redirect: SocketAddr,
    face: Face,
) -> String {
    let servers = nodes.iter();
    let servers: Vec<_> = servers
        .map(|node| format!("        server {node} max_fails=1 fail_timeout=1s;\n"))
        .collect();
    let listen = match face {
        Face::Tls => format!("listen {address} ssl http2;"),
        Face::Plain => format!("listen {address};"),
    };
    let changes = [
        (NODES, servers.concat()),
        // `Nginx` sets it.
        ("pid /run/nginx.pid;\n", String::new()),
        ("/var/log/nginx/", String::new()),
        ("/etc/leopard/tls/fullchain.pem", "cert.pem".to_owned()),
        ("/etc/leopard/tls/privkey.pem", "key.pem".to_owned()),
        ("listen 80;", format!("listen {redirect};")),
        ("listen 443 ssl http2;", listen),
    ];
    let mut text = CONFIGURATION.to_owned();
    for (there, here) in changes {
        assert!(text.contains(there), "{there} is in nginx.conf");
        text = text.replace(there, &here);
    }
    if face == Face::Plain {
        let is_plain = |line: &&str| !line.trim_start().starts_with("ssl_");
        let lines: Vec<_> = text.lines().filter(is_plain).collect();
        text = lines.join("\n");
    }
    text
}
