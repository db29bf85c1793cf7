//! Whether the client of a request is still connected.

use std::future::pending;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use poem::Request;

/// The connection of a request; the server puts it into the request's extensions. Expensive operations end
/// with it. Other operations ignore it, because a client may close its sending side and still read the
/// response.
#[derive(Clone)]
pub struct ClientConnection(Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>);

impl ClientConnection {
    /// `closed` becomes ready when the client has closed or reset the connection.
    pub fn new(closed: impl Fn() -> BoxFuture<'static, ()> + Send + Sync + 'static) -> Self {
        Self(Arc::new(closed))
    }

    /// The outcome of some work; `None` if the client closes the connection before.
    pub(crate) async fn while_open<T>(
        request: &Request,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        let connection = request.extensions().get::<Self>();
        let closed = connection.map_or_else(|| Box::pin(pending()) as _, |it| (it.0)());
        tokio::select! {
            biased;
            outcome = work => Some(outcome),
            () = closed => None,
        }
    }
}
