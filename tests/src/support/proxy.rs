//! A network between client and server that can be cut.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::background::Background;

/// Forwards connections until it is cut.
pub struct Proxy {
    address: SocketAddr,
    whole: watch::Sender<bool>,
    _work: Background,
}

impl Proxy {
    /// A network to this server.
    pub async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it listens");
        let (whole, watched) = watch::channel(true);
        Self { address, whole, _work: Background::start(forward(listener, server, watched)) }
    }

    /// The URL of a path, through this network.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Ends every connection; new ones are ended at once.
    pub fn cut(&self) {
        self.whole.send_replace(false);
    }

    /// Lets new connections through.
    pub fn mend(&self) {
        self.whole.send_replace(true);
    }
}

async fn forward(listener: TcpListener, server: SocketAddr, watched: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let mut watched = watched.clone();
        if *watched.borrow_and_update() {
            connections.spawn(async move {
                tokio::select! {
                    () = join(client, server) => {}
                    _ = watched.changed() => {}
                }
            });
        }
    }
}

async fn join(mut client: TcpStream, server: SocketAddr) {
    if let Ok(mut server) = TcpStream::connect(server).await {
        // How a connection ends is seen at both of its ends.
        let _ = copy_bidirectional(&mut client, &mut server).await;
    }
}
