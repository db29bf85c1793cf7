//! The least that a server can do: a task that holds a socket, answers a request with fixed bytes,
//! and everything else with itself. It runs in a process of its own, as Leopard does.

use std::io::{BufRead as _, BufReader, ErrorKind};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;

/// Makes this program the bare server.
pub const FLAG: &str = "--bare-server";

const STREAM: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\nretry: 3000\nid: 0\ndata: {\"type\":\"connection_established\"}\n\n";

/// A bare server; it is ended when this is dropped.
pub struct BareServer {
    child: Child,
    address: SocketAddr,
}

impl BareServer {
    /// Starts one.
    pub fn start() -> Self {
        let own = std::env::current_exe().expect("the benchmark knows its own path");
        let mut command = Command::new(own);
        command.arg(FLAG).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("its output is a pipe");
        let read = BufReader::new(output).read_line(&mut line);
        read.expect("it says where it listens");
        Self { child, address: line.trim().parse().expect("an address") }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for BareServer {
    fn drop(&mut self) {
        // Both fail only where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves until the process is killed.
pub fn run() {
    let runtime = Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime").block_on(serve());
}

#[allow(clippy::print_stdout, reason = "the parent reads the address")]
#[allow(clippy::disallowed_methods, reason = "all of it ends by a kill")]
async fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    println!("{}", listener.local_addr().expect("an address"));
    loop {
        let (socket, _) = listener.accept().await.expect("a connection");
        tokio::spawn(hold(socket));
    }
}

async fn hold(socket: TcpStream) {
    socket.set_nodelay(true).expect("an option of TCP");
    while socket.readable().await.is_ok() && response(&socket) {}
}

/// Writes a response to what was received; false at the end.
fn response(socket: &TcpStream) -> bool {
    let mut buffer = [0; 2_048];
    match socket.try_read(&mut buffer) {
        Ok(0) => false,
        Ok(_) if buffer.starts_with(b"GET ") => socket.try_write(STREAM).is_ok(),
        Ok(read) => socket.try_write(&buffer[..read]).is_ok(),
        Err(error) => error.kind() == ErrorKind::WouldBlock,
    }
}
