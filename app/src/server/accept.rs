//! Takes connections until it is told to stop, and then lets the open ones finish.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use leopard_core::port::Clock;
use leopard_openapi::HttpSettings;
use poem::Response;
use poem::endpoint::BoxEndpoint;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::connection_limit::{Admission, ConnectionLimit};
use super::delivery::DeliveryTime;
use super::listener::BACKLOG;
use super::{connection, unreadable};

/// How long to leave the system alone after it had nothing left for another connection.
const EXHAUSTED: Duration = Duration::from_millis(50);
/// How long open requests and streams have to finish.
const DRAIN: Duration = Duration::from_secs(6);

/// Answers connections.
pub struct Server {
    pub endpoint: Arc<BoxEndpoint<'static, Response>>,
    pub clock: Arc<dyn Clock>,
    /// The most open connections of one client address; 0 for any number.
    pub connections_per_address: usize,
    /// Names the proxies, to which that does not apply.
    pub http: HttpSettings,
}

/// What every connection knows of its server.
#[derive(Clone)]
pub(super) struct Context {
    pub endpoint: Arc<BoxEndpoint<'static, Response>>,
    pub clock: Arc<dyn Clock>,
    pub local: SocketAddr,
    pub delivery_time: DeliveryTime,
    pub draining: watch::Receiver<bool>,
}

impl Server {
    /// Takes connections until `stop` is ready; then takes those that wait already, closes the
    /// listener, does `on_drain`, and waits until what is open has finished, within bounds.
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
            delivery_time: DeliveryTime::default(),
            draining,
        };
        let mut connections = Connections {
            limit: Arc::new(ConnectionLimit::new(
                self.connections_per_address,
                self.http,
            )),
            open: JoinSet::new(),
        };
        let mut exhausted = false;
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = listener.accept() => match accepted {
                    Ok((socket, peer)) => {
                        connections.take(socket, peer, &context);
                        tell(&mut exhausted, None);
                    }
                    Err(error) if is_about_one_client(&error) => {}
                    Err(error) => {
                        tell(&mut exhausted, Some(error));
                        sleep(EXHAUSTED).await;
                    }
                },
                Some(_) = connections.open.join_next() => {}
            }
        }
        if let Err(error) = take_waiting(listener, &mut connections, &context) {
            tracing::warn!(%error, "turned clients away that had come before the stop");
        }
        on_drain();
        let _ = drain.send(true);
        drop(context);
        let finished = async {
            while connections.open.join_next().await.is_some() {}
            // Requests whose clients have gone still have the context.
            drain.closed().await;
        };
        if timeout(DRAIN, finished).await.is_err() {
            tracing::warn!(
                connections = connections.open.len(),
                "cut what did not finish in time"
            );
        }
        Ok(())
    }
}

/// The open connections, and how many of them a client may have.
struct Connections {
    limit: Arc<ConnectionLimit>,
    open: JoinSet<()>,
}

impl Connections {
    /// Serves a new connection, or refuses it where its client has too many.
    fn take(&mut self, socket: TcpStream, peer: SocketAddr, context: &Context) {
        match self.limit.admit(peer.ip()) {
            Admission::Admitted(permit) => {
                // Boxed: a future that is moved into another one takes its memory twice.
                let serving = Box::pin(connection::serve(socket, peer, context.clone()));
                self.open.spawn(async move {
                    serving.await;
                    drop(permit);
                });
            }
            Admission::Refused(permit) => {
                let refusing = unreadable::refuse_connection(socket, context.clone());
                self.open.spawn(async move {
                    refusing.await;
                    drop(permit);
                });
            }
            Admission::Cut => {}
        }
    }
}

/// Says once that the system has nothing left for another connection, and once that it has again.
fn tell(exhausted: &mut bool, error: Option<std::io::Error>) {
    match (error, *exhausted) {
        (Some(error), false) => tracing::warn!(%error, "cannot take another connection yet"),
        (None, true) => tracing::info!("takes connections again"),
        (Some(_), true) | (None, false) => return,
    }
    *exhausted = !*exhausted;
}

/// Takes the connections that the system has made already, which would be reset, and closes the
/// listener.
fn take_waiting(
    listener: TcpListener,
    connections: &mut Connections,
    context: &Context,
) -> std::io::Result<()> {
    // The system itself is asked: the runtime may not have heard yet of those who came last.
    let listener = listener.into_std()?;
    // Bounded, for clients who come faster than they are taken.
    for _ in 0..BACKLOG {
        match listener.accept() {
            Ok((socket, peer)) => {
                socket.set_nonblocking(true)?;
                let socket = TcpStream::from_std(socket)?;
                connections.take(socket, peer, context);
            }
            Err(error) if is_about_one_client(&error) => {}
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => break,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Whether it was that client's fault, so that the next one may be taken at once.
fn is_about_one_client(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}
