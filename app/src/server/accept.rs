//! Accepts connections until the server stops, then drains the open ones.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use leopard_core::port::Clock;
use leopard_openapi::HttpSettings;
use poem::Response;
use poem::endpoint::BoxEndpoint;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::connection_limit::{Admission, ConnectionLimit};
use super::delivery::DeliveryTimeout;
use super::listener::BACKLOG;
use super::{connection, rejection};

/// Pause after `accept` failed for lack of resources.
const EXHAUSTED_PAUSE: Duration = Duration::from_millis(50);
/// How long open requests and streams may take to finish.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(6);

pub struct Server {
    pub endpoint: Arc<BoxEndpoint<'static, Response>>,
    pub clock: Arc<dyn Clock>,
    /// Maximum open connections per client address; 0 for no limit.
    pub connections_per_address: usize,
    /// Trusted proxies are exempt from that limit.
    pub http: HttpSettings,
}

/// What connections share.
#[derive(Clone)]
pub(super) struct Context {
    pub endpoint: Arc<BoxEndpoint<'static, Response>>,
    pub clock: Arc<dyn Clock>,
    pub local: SocketAddr,
    pub delivery_timeout: DeliveryTimeout,
    pub draining: watch::Receiver<bool>,
}

impl Server {
    /// Accepts connections until `stop` is ready. Then accepts those in the backlog, closes the listener, calls
    /// `on_drain`, and waits for open connections for at most 6 seconds.
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
            delivery_timeout: DeliveryTimeout::default(),
            draining,
        };
        let mut connections = Connections {
            limit: Arc::new(ConnectionLimit::new(self.connections_per_address, self.http)),
            open: JoinSet::new(),
        };
        let (stop_accepting, mut stopped) = oneshot::channel::<()>();
        let accepting = async move {
            let mut exhausted = false;
            loop {
                tokio::select! {
                    _ = &mut stopped => break,
                    accepted = listener.accept() => match accepted {
                        Ok((socket, peer)) => {
                            connections.spawn(socket, peer, &context);
                            log_exhaustion(&mut exhausted, None);
                        }
                        Err(error) if is_client_error(&error) => {}
                        Err(error) => {
                            log_exhaustion(&mut exhausted, Some(error));
                            sleep(EXHAUSTED_PAUSE).await;
                        }
                    },
                    Some(_) = connections.open.join_next() => {}
                }
            }
            (listener, connections, context)
        };
        // On a worker: from the main thread, each connection would cost a wake of another thread.
        #[expect(clippy::disallowed_methods, reason = "it ends with this function")]
        let mut accepting = tokio::spawn(accepting);
        let accepted = tokio::select! {
            () = stop => {
                drop(stop_accepting);
                accepting.await
            }
            panicked = &mut accepting => panicked,
        };
        let (listener, mut connections, context) = accepted?;
        if let Err(error) = accept_backlog(listener, &mut connections, &context) {
            tracing::warn!(%error, "dropped pending connections during shutdown");
        }
        on_drain();
        let _ = drain.send(true);
        drop(context);
        let finished = async {
            while connections.open.join_next().await.is_some() {}
            // Requests whose clients have left still hold the context.
            drain.closed().await;
        };
        if timeout(DRAIN_TIMEOUT, finished).await.is_err() {
            tracing::warn!(
                connections = connections.open.len(),
                "drain timed out, closing the remaining connections"
            );
        }
        Ok(())
    }
}

/// The open connections, and the limit per client.
struct Connections {
    limit: Arc<ConnectionLimit>,
    open: JoinSet<()>,
}

impl Connections {
    /// Serves a new connection, or rejects it if its client has too many.
    fn spawn(&mut self, socket: TcpStream, peer: SocketAddr, context: &Context) {
        match self.limit.admit(peer.ip()) {
            Admission::Admitted(permit) => {
                // Boxed, because a future inside another one needs its memory twice.
                let context = context.clone();
                let serving = Box::pin(connection::serve(socket, peer, context.clone()));
                self.open.spawn(async move {
                    if let Some(stream) = serving.await {
                        stream.spawn(permit, &context);
                    }
                });
            }
            Admission::Rejected(permit) => {
                let rejecting = rejection::reject_connection(socket, context.clone());
                self.open.spawn(async move {
                    rejecting.await;
                    drop(permit);
                });
            }
            Admission::Dropped => {}
        }
    }
}

/// Logs once that the system lacks resources for a connection, and once that it has them again.
fn log_exhaustion(exhausted: &mut bool, error: Option<std::io::Error>) {
    match (error, *exhausted) {
        (Some(error), false) => tracing::warn!(%error, "cannot accept connections, retrying"),
        (None, true) => tracing::info!("accepting connections again"),
        (Some(_), true) | (None, false) => return,
    }
    *exhausted = !*exhausted;
}

/// Accepts the connections in the backlog, which would otherwise be reset, and closes the listener.
fn accept_backlog(
    listener: TcpListener,
    connections: &mut Connections,
    context: &Context,
) -> std::io::Result<()> {
    // Asks the system, because the runtime may not know the latest connections yet.
    let listener = listener.into_std()?;
    // Bounded, in case clients connect faster than we accept.
    for _ in 0..BACKLOG {
        match listener.accept() {
            Ok((socket, peer)) => {
                socket.set_nonblocking(true)?;
                let socket = TcpStream::from_std(socket)?;
                connections.spawn(socket, peer, context);
            }
            Err(error) if is_client_error(&error) => {}
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => break,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Whether only that client failed, so that the next one may be accepted at once.
fn is_client_error(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
