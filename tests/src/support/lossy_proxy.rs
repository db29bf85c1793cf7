//! A network to a `PostgreSQL` server that loses one response and ends or silences its connection.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::task::JoinSet;

use super::background::Background;
use super::proxy::before_database;

/// More than a message of a test.
const ROOM: usize = 65_536;

/// Loses the response to the commit of a statement that contains a certain text.
pub struct LossyProxy {
    url: String,
    loss: Arc<Loss>,
    _work: Background,
}

struct Loss {
    text: &'static str,
    /// The text of the message whose response is lost.
    last: &'static str,
    /// Whether the connection stays open, without further messages.
    is_silent: bool,
    has_come: AtomicBool,
}

impl LossyProxy {
    /// A network to this database, where the statement with the text commits by itself.
    pub async fn to(database: &str, text: &'static str) -> Self {
        Self::losing(database, text, text, false).await
    }

    /// The same with a separate `COMMIT`.
    pub async fn to_commit(database: &str, text: &'static str) -> Self {
        Self::losing(database, text, "COMMIT", false).await
    }

    /// The same with a connection that falls silent.
    pub async fn silent_at_commit(database: &str, text: &'static str) -> Self {
        Self::losing(database, text, "COMMIT", true).await
    }

    async fn losing(
        database: &str,
        text: &'static str,
        last: &'static str,
        is_silent: bool,
    ) -> Self {
        let (listener, socket, url) = before_database(database).await;
        let has_come = AtomicBool::new(false);
        let loss = Arc::new(Loss { text, last, is_silent, has_come });
        Self { url, loss: loss.clone(), _work: Background::start(forward(listener, socket, loss)) }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

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
    let (mut request, mut response) = (vec![0; ROOM], vec![0; ROOM]);
    let mut has_text = false;
    loop {
        tokio::select! {
            read = client.read(&mut request) => {
                let sent = request.get(..some(read)?)?;
                server.write_all(sent).await.ok()?;
                has_text = has_text || has(sent, loss.text);
                if has_text && loss.comes_with(sent) {
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
    fn comes_with(&self, sent: &[u8]) -> bool {
        has(sent, self.last) && !self.has_come.swap(true, Ordering::SeqCst)
    }
}

fn has(sent: &[u8], text: &str) -> bool {
    let text = text.as_bytes();
    sent.windows(text.len()).any(|it| it == text)
}
