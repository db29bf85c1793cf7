//! The smallest possible server, in a process of its own: it responds to a request with the head of a stream.

use std::io::{BufRead as _, BufReader, ErrorKind};
use std::net::SocketAddr;
use std::process::{Command, Stdio};

use leopard_tests::support::process::OwnedChild;
use rustix::process::Pid;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;

/// The flag that turns this program into the bare server.
pub const FLAG: &str = "--bare-server";

const STREAM: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\nretry: 3000\nid: 0\ndata: {\"type\":\"connection_established\"}\n\n";

/// A bare server; it is ended when this is dropped.
pub struct BareServer {
    child: OwnedChild,
    address: SocketAddr,
}

impl BareServer {
    pub fn start() -> Self {
        let own = std::env::current_exe().expect("the benchmark knows its own path");
        let mut command = Command::new(own);
        command.arg(FLAG).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("its output is a pipe");
        let read = BufReader::new(output).read_line(&mut line);
        read.expect("it says where it listens");
        Self { child: OwnedChild(child), address: line.trim().parse().expect("an address") }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn process(&self) -> Pid {
        self.child.pid()
    }
}

pub fn run() {
    let runtime = Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime").block_on(serve());
}

#[expect(clippy::print_stdout, reason = "the parent reads the address")]
#[expect(clippy::disallowed_methods, reason = "a kill ends the process")]
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
    while socket.readable().await.is_ok() && respond(&socket) {}
}

/// Responds to a request; false at the end.
fn respond(socket: &TcpStream) -> bool {
    let mut buffer = [0; 2_048];
    match socket.try_read(&mut buffer) {
        Ok(0) => false,
        Ok(_) => socket.try_write(STREAM).is_ok(),
        Err(error) => error.kind() == ErrorKind::WouldBlock,
    }
}
