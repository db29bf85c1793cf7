//! Networks between client and server that can fail.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tokio::io::{AsyncRead, AsyncWrite, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::background::Background;

/// The name of the socket of a `PostgreSQL` server in its directory.
const SOCKET: &str = ".s.PGSQL.5432";

/// A network whose connections can be cut or fall silent.
pub struct Proxy {
    base: String,
    state: watch::Sender<State>,
    _work: Background,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Open,
    Cut,
    /// Forwards nothing on the connections that were open at the change, without closing them, as when a
    /// firewall forgets a connection or a virtual machine is moved.
    Silent,
}

#[derive(Clone)]
enum Target {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

impl Proxy {
    pub async fn to(server: SocketAddr) -> Self {
        let (listener, address) = listen().await;
        Self::start(listener, Target::Tcp(server), format!("http://{address}"))
    }

    /// A network to the `PostgreSQL` database of this URL.
    pub async fn to_database(database: &str) -> Self {
        let (listener, socket, url) = before_database(database).await;
        Self::start(listener, Target::Unix(socket), url)
    }

    fn start(listener: TcpListener, target: Target, base: String) -> Self {
        let (state, watched) = watch::channel(State::Open);
        Self { base, state, _work: Background::start(forward(listener, target, watched)) }
    }

    /// The URL of a path, or with an empty path of the database, through this network.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Ends every connection, and new ones at once.
    pub fn cut(&self) {
        self.state.send_replace(State::Cut);
    }

    pub fn mend(&self) {
        self.state.send_replace(State::Open);
    }

    /// Silences the open connections; new ones are not affected.
    pub fn silence_open_connections(&self) {
        self.state.send_replace(State::Silent);
    }
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it listens");
    (listener, address)
}

/// Listens for connections to a database: the listener, the socket of the server, and the URL of the
/// database through the listener.
pub(super) async fn before_database(database: &str) -> (TcpListener, PathBuf, String) {
    let (target, directory) = database.split_once("?host=").expect("a URL of a test");
    let (listener, address) = listen().await;
    let url = target.replace("localhost", &address.to_string());
    (listener, Path::new(directory).join(SOCKET), url)
}

async fn forward(listener: TcpListener, target: Target, state: watch::Receiver<State>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let (target, mut state) = (target.clone(), state.clone());
        if *state.borrow_and_update() != State::Cut {
            connections.spawn(connect(client, target, state));
        }
    }
}

/// Closes the connection if the server refuses it.
async fn connect(client: TcpStream, target: Target, state: watch::Receiver<State>) {
    match target {
        Target::Tcp(address) => {
            if let Ok(server) = TcpStream::connect(address).await {
                join(client, server, state).await;
            }
        }
        Target::Unix(socket) => {
            if let Ok(server) = UnixStream::connect(socket).await {
                join(client, server, state).await;
            }
        }
    }
}

async fn join(
    mut client: TcpStream,
    mut server: impl AsyncRead + AsyncWrite + Unpin,
    mut state: watch::Receiver<State>,
) {
    tokio::select! {
        // Both sides notice the end of a connection.
        _ = copy_bidirectional(&mut client, &mut server) => {}
        _ = state.changed() => {
            if *state.borrow() == State::Silent {
                // Both sides stay open until the test ends.
                std::future::pending::<()>().await;
            }
        }
    }
}
