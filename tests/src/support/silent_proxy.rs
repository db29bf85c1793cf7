//! A network to a PostgreSQL server whose connections can fall silent: no byte passes any more, and
//! neither side learns of it, as when a firewall forgets a connection or a virtual machine is moved.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::background::Background;

/// The name of the server's socket in its directory.
const SOCKET: &str = ".s.PGSQL.5432";

/// Forwards connections until they fall silent.
pub struct SilentProxy {
    url: String,
    silenced: watch::Sender<()>,
    _work: Background,
}

impl SilentProxy {
    /// A network to the database of this URL.
    pub async fn to(database: &str) -> Self {
        let (target, directory) = database.split_once("?host=").expect("a URL of a test");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address: SocketAddr = listener.local_addr().expect("it listens");
        let socket = Path::new(directory).join(SOCKET);
        let (silenced, silence) = watch::channel(());
        Self {
            url: target.replace("localhost", &address.to_string()),
            silenced,
            _work: Background::start(forward(listener, socket, silence)),
        }
    }

    /// The URL of the database through this network.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on nothing passes on the connections that are open; new ones are not affected.
    pub fn silence_open_connections(&self) {
        self.silenced.send_replace(());
    }
}

async fn forward(listener: TcpListener, socket: PathBuf, silence: watch::Receiver<()>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let mut silence = silence.clone();
        silence.mark_unchanged();
        let socket = socket.clone();
        connections.spawn(async move { join(client, &socket, silence).await });
    }
}

async fn join(mut client: TcpStream, socket: &Path, mut silence: watch::Receiver<()>) {
    // A server that is stopped refuses connections.
    let Ok(mut server) = UnixStream::connect(socket).await else {
        return;
    };
    tokio::select! {
        // How a connection ends is seen at both of its ends.
        _ = copy_bidirectional(&mut client, &mut server) => {}
        _ = silence.changed() => {
            // Neither is closed before the test ends.
            std::future::pending::<()>().await;
        }
    }
}
