//! Takes connections until it is told to stop, and then lets the open ones finish.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use leopard_core::port::Clock;
use poem::Response;
use poem::endpoint::BoxEndpoint;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::connection;

/// How long to leave the system alone after it had nothing left for another connection.
const EXHAUSTED: Duration = Duration::from_millis(50);
/// How long open requests and streams have to finish.
const DRAIN: Duration = Duration::from_secs(8);

/// Answers connections.
pub struct Server {
    pub endpoint: Arc<BoxEndpoint<'static, Response>>,
    pub clock: Arc<dyn Clock>,
}

/// What every connection knows of its server.
#[derive(Clone)]
pub(super) struct Context {
    pub endpoint: Arc<BoxEndpoint<'static, Response>>,
    pub clock: Arc<dyn Clock>,
    pub local: SocketAddr,
    pub draining: watch::Receiver<bool>,
}

impl Server {
    /// Takes connections until `stop` is ready; then closes the listener, does `on_drain`, and
    /// waits until what is open has finished, within bounds.
    pub async fn run(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()>,
        on_drain: impl FnOnce(),
    ) -> std::io::Result<()> {
        let (drain, draining) = watch::channel(false);
        let context = Context {
            endpoint: self.endpoint,
            clock: self.clock,
            local: listener.local_addr()?,
            draining,
        };
        let mut connections = JoinSet::new();
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = listener.accept() => accept(accepted, &mut connections, &context).await,
                Some(_) = connections.join_next() => {}
            }
        }
        drop(listener);
        on_drain();
        let _ = drain.send(true);
        let finished = async { while connections.join_next().await.is_some() {} };
        if timeout(DRAIN, finished).await.is_err() {
            tracing::warn!(
                connections = connections.len(),
                "cut what did not finish in time"
            );
        }
        Ok(())
    }
}

async fn accept(
    accepted: std::io::Result<(TcpStream, SocketAddr)>,
    connections: &mut JoinSet<()>,
    context: &Context,
) {
    match accepted {
        Ok((socket, peer)) => {
            connections.spawn(connection::serve(socket, peer, context.clone()));
        }
        Err(error) if is_about_one_client(&error) => {}
        Err(error) => {
            tracing::warn!(%error, "cannot take another connection yet");
            sleep(EXHAUSTED).await;
        }
    }
}

/// Whether it was that client's fault, so that the next one may be taken at once.
fn is_about_one_client(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}
