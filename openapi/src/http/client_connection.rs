//! Whether the client of a request is still there.

use std::future::pending;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use poem::Request;

/// The connection that a request came by: the server puts it into the request's extensions. An
/// operation that is expensive ends with it; any other one does not look, since a client that has said
/// all may close its side of the connection and still read the answer.
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
