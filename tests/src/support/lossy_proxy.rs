//! A network to a `PostgreSQL` server that loses one response, and ends that connection or falls silent.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::task::JoinSet;

use super::background::Background;

/// The name of the server's socket in its directory.
const SOCKET: &str = ".s.PGSQL.5432";
/// More than one question or one response of a test.
const ROOM: usize = 65_536;

/// Forwards connections, but one response is lost, and its connection with it, when the server has
/// committed what has a certain text in it.
pub struct LossyProxy {
    url: String,
    loss: Arc<Loss>,
    _work: Background,
}

struct Loss {
    text: &'static str,
    /// What the question has in it by then whose response is lost.
    last: &'static str,
    /// Whether the connection stays open without a word.
    is_silent: bool,
    has_come: AtomicBool,
}

impl LossyProxy {
    /// A network to the database of this URL; what has the text in it is committed by itself.
    pub async fn to(database: &str, text: &'static str) -> Self {
        Self::losing(database, text, text, false).await
    }

    /// The same where what has the text in it is committed by a question of its own.
    pub async fn to_commit(database: &str, text: &'static str) -> Self {
        Self::losing(database, text, "COMMIT", false).await
    }

    /// The same where the connection stays open, and nothing more passes on it.
    pub async fn silent_at_commit(database: &str, text: &'static str) -> Self {
        Self::losing(database, text, "COMMIT", true).await
    }

    async fn losing(
        database: &str,
        text: &'static str,
        last: &'static str,
        is_silent: bool,
    ) -> Self {
        let (target, directory) = database.split_once("?host=").expect("a URL of a test");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address: SocketAddr = listener.local_addr().expect("it listens");
        let has_come = AtomicBool::new(false);
        let loss = Arc::new(Loss { text, last, is_silent, has_come });
        let socket = Path::new(directory).join(SOCKET);
        Self {
            url: target.replace("localhost", &address.to_string()),
            loss: loss.clone(),
            _work: Background::start(forward(listener, socket, loss)),
        }
    }

    /// The URL of the database through this network.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether the response was lost already.
    pub fn has_lost_it(&self) -> bool {
        self.loss.has_come.load(Ordering::SeqCst)
    }
}

async fn forward(listener: TcpListener, socket: PathBuf, loss: Arc<Loss>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let server = UnixStream::connect(&socket).await.expect("a server");
        connections.spawn(join(client, server, loss.clone()));
    }
}

/// Ends as soon as one of them ends, or when the response is lost.
async fn join(mut client: TcpStream, mut server: UnixStream, loss: Arc<Loss>) -> Option<()> {
    let (mut question, mut response) = (vec![0; ROOM], vec![0; ROOM]);
    let mut has_text = false;
    loop {
        tokio::select! {
            read = client.read(&mut question) => {
                let asked = question.get(..some(read)?)?;
                server.write_all(asked).await.ok()?;
                has_text = has_text || has(asked, loss.text);
                if has_text && loss.comes_with(asked) {
                    some(server.read(&mut response).await)?;
                    if loss.is_silent {
                        std::future::pending::<()>().await;
                    }
                    return None;
                }
            }
            read = server.read(&mut response) => {
                client.write_all(response.get(..some(read)?)?).await.ok()?;
            }
        }
    }
}

/// How many bytes came; nothing at the end of a connection, however it ends.
fn some(read: std::io::Result<usize>) -> Option<usize> {
    read.ok().filter(|count| *count > 0)
}

impl Loss {
    fn comes_with(&self, asked: &[u8]) -> bool {
        has(asked, self.last) && !self.has_come.swap(true, Ordering::SeqCst)
    }
}

fn has(asked: &[u8], text: &str) -> bool {
    let text = text.as_bytes();
    asked.windows(text.len()).any(|it| it == text)
}
