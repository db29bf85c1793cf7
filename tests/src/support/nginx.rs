//! A real `nginx` in front of Leopard.

use std::fs::{self, File, Permissions};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use rustix::process::Pid;
use tempfile::TempDir;
use tokio::net::{TcpSocket, TcpStream};

use super::wait::{TIMEOUT, until};

/// Runs nginx until its standard input ends, which also happens when this process is killed.
const KEEPER: &str = r#"
PATH=$PATH:/usr/sbin
nginx -p "$0" -c nginx.conf -e stderr -g 'daemon off; pid nginx.pid;' &
read -r _
kill "$!" && wait "$!"
"#;

/// Folders for temporary files; the default ones are shared.
const FOLDERS: &str = "http {
    client_body_temp_path bodies; proxy_temp_path answers;
    fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;";

/// A reserved port of 127.0.0.1, for a configuration.
pub struct Port {
    // Bound but not listening: the system assigns the port to no other socket, nginx can bind it.
    _socket: TcpSocket,
    address: SocketAddr,
}

impl Port {
    pub fn reserve() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_reuseaddr(true).expect("an option of a socket");
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        socket.bind(any).expect("a free port");
        let address = socket.local_addr().expect("it is bound");
        Self { _socket: socket, address }
    }

    pub fn number(&self) -> u16 {
        self.address.port()
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// A running nginx; it ends when this is dropped, or with this process.
pub struct Nginx {
    keeper: Child,
    port: Port,
    dir: TempDir,
}

impl Nginx {
    /// Starts it with this configuration for this port and with these files beside it, and waits until it
    /// listens.
    pub async fn start(configuration: &str, port: Port, files: &[(&str, String)]) -> Self {
        let dir = TempDir::new().expect("a temporary directory");
        // Started by root, its workers run as another user.
        let open = fs::set_permissions(dir.path(), Permissions::from_mode(0o755));
        open.expect("the directory is ours");
        let configuration = configuration.replacen("http {", FOLDERS, 1);
        let all = [("nginx.conf", configuration)];
        for (name, text) in all.iter().chain(files) {
            fs::write(dir.path().join(name), text).expect("a file in it");
        }
        let log = File::create(dir.path().join("error.log")).expect("a file for its log");
        let keeper = Command::new("/bin/sh")
            .args(["-c", KEEPER])
            .arg(dir.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            // Ctrl-C reaches only the tests; nginx ends after them.
            .process_group(0)
            .spawn()
            .expect("a shell starts");
        let nginx = Self { keeper, port, dir };
        nginx.until_it_listens().await;
        nginx
    }

    async fn until_it_listens(&self) {
        until("nginx listens", TIMEOUT, async || {
            let log = self.read("error.log");
            let is_wrong = log.contains("[emerg]") || log.contains("not found");
            assert!(!is_wrong, "nginx (package nginx): {log}");
            TcpStream::connect(self.port.address).await.ok()
        })
        .await;
    }

    pub fn address(&self) -> SocketAddr {
        self.port.address
    }

    /// The shell that started it.
    pub fn process(&self) -> Pid {
        Pid::from_child(&self.keeper)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("it is UTF-8")
    }

    /// The URL of its port with this scheme.
    pub fn url(&self, scheme: &str) -> String {
        format!("{scheme}://localhost:{}", self.port.number())
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // This closes its input. It fails only if nginx has ended already.
        let _ = self.keeper.wait();
    }
}
