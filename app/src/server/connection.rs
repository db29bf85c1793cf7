//! One connection: HTTP requests, until it ends or becomes a stream.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONNECTION, HeaderValue};
use http_body_util::BodyExt;
use http_body_util::combinators::BoxBody;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use leopard_core::domain::account::ClientNetwork;
use leopard_openapi::access_record::AccessRecord;
use leopard_openapi::request_id::RequestId;
use leopard_openapi::stream::Handover;
use leopard_openapi::{AnswerPermit, ClientConnection};
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint, Response};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinError;
use tokio::time::sleep;

use super::accept::Context;
use super::delivery::{Delivery, DeliveryTimer};
use super::gated_socket::{GatedSocket, InFlight, closed};
use super::stream::Opened;
use super::{stream, unreadable};

/// How long a client may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(15);
/// The most bytes of a head.
const HEAD_BYTES: usize = 16 * 1024;
/// How long a connection without a request stays open when the server drains: what its client has
/// sent is on its way or not read yet.
const LAST_REQUEST: Duration = Duration::from_millis(500);

type HyperResponse = http::Response<BoxBody<Bytes, std::io::Error>>;
type Answer = Pin<Box<dyn Future<Output = Result<HyperResponse, std::convert::Infallible>> + Send>>;
type Leaving = Arc<Mutex<Option<Response>>>;

/// How the requests of a connection end.
enum End {
    /// The last one has opened a stream.
    Stream(Response),
    /// There was something that is no request.
    Unreadable(StatusCode),
    /// Nothing is left to say.
    Silence,
}

/// Serves one connection to its end.
pub(super) async fn serve(socket: TcpStream, peer: SocketAddr, context: Context) {
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "a connection was gone at once");
        return;
    }
    // Boxed, so that an open stream does not keep the memory that its request needed.
    let left = Box::pin(requests(socket, peer, context.clone())).await;
    if let Some(opened) = left {
        stream::run(opened, context).await;
    }
}

/// Answers requests; gives the socket back when one of them has opened a stream.
async fn requests(socket: TcpStream, peer: SocketAddr, context: Context) -> Option<Opened> {
    let leaving: Leaving = Arc::default();
    let in_flight = InFlight::default();
    let mut draining = context.draining.clone();
    let socket = Arc::new(socket);
    let client = ClientConnection::new({
        let socket = Arc::downgrade(&socket);
        move || Box::pin(closed(socket.clone()))
    });
    let service = service_fn({
        let (context, leaving, in_flight) = (context.clone(), leaving.clone(), in_flight.clone());
        move |mut request| {
            request.extensions_mut().insert(client.clone());
            answer(request, peer, context.clone(), leaving.clone(), &in_flight)
        }
    });
    let gated_socket = GatedSocket {
        socket,
        in_flight: in_flight.clone(),
    };
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES)
        // Who has said all may still listen.
        .half_close(true)
        .serve_connection(TokioIo::new(gated_socket), service);
    let mut drained = Box::pin(async move {
        let _ = draining.wait_for(|draining| *draining).await;
        sleep(LAST_REQUEST).await;
    });
    let mut told = false;
    let mut timer = DeliveryTimer::default();
    let end = poll_fn(|task| {
        // First of all hyper reads: once told, it closes what it takes for idle.
        let mut done = connection.poll_without_shutdown(task);
        if done.is_pending() && !told && drained.as_mut().poll(task).is_ready() {
            told = true;
            Pin::new(&mut connection).graceful_shutdown();
            done = connection.poll_without_shutdown(task);
        }
        if done.is_pending() && timer.poll(in_flight.deadline(), task).is_ready() {
            tracing::info!(%peer, "closed a connection whose client did not read its answer in time");
            return Poll::Ready(End::Silence);
        }
        match leaving.lock().ok().and_then(|mut leaving| leaving.take()) {
            Some(response) => Poll::Ready(End::Stream(response)),
            None => done.map(|done| match done {
                Err(error) if error.is_parse() && in_flight.is_idle() => {
                    End::Unreadable(unreadable::status(&error))
                }
                _ => End::Silence,
            }),
        }
    })
    .await;
    let parts = connection.into_parts();
    // Who watched it has gone with the last request.
    let mut socket = Arc::into_inner(parts.io.into_inner().socket)?;
    match end {
        End::Stream(response) => {
            return Some(Opened {
                socket,
                response,
                has_sent_more: !parts.read_buf.is_empty(),
            });
        }
        End::Unreadable(status) => unreadable::refuse(&mut socket, status, peer, context).await,
        // What was answered last must reach the client before the socket closes.
        End::Silence => drop(socket.shutdown().await),
    }
    None
}

/// Answers one request. One that opens a stream is never answered here: its response leaves with
/// the socket.
fn answer(
    request: http::Request<Incoming>,
    peer: SocketAddr,
    context: Context,
    leaving: Leaving,
    in_flight: &InFlight,
) -> Answer {
    let turn = in_flight.begin();
    let draining = context.draining.clone();
    let time = context.delivery_time;
    let is_safe = request.method().is_safe();
    let version = request.version();
    let local = LocalAddr(Addr::SocketAddr(context.local));
    let remote = RemoteAddr(Addr::SocketAddr(peer));
    let request = poem::Request::from((request, local, remote, http::uri::Scheme::HTTP));
    let responding = respond(request, peer, context);
    let responding: Pin<Box<dyn Future<Output = _> + Send>> = if is_safe {
        Box::pin(responding)
    } else {
        Box::pin(to_its_end(responding))
    };
    Box::pin(async move {
        let mut response = responding.await;
        if response.extensions().get::<Handover>().is_some() {
            response.set_version(version);
            if let Ok(mut leaving) = leaving.lock() {
                *leaving = Some(response);
            }
            return std::future::pending().await;
        }
        let memory = response.extensions_mut().remove::<Arc<AnswerPermit>>();
        if *draining.borrow() {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        let response: HyperResponse = response.into();
        let bytes = response.body().size_hint().lower();
        turn.deliver(Delivery::begin(time, bytes, memory));
        Ok(response.map(|body| {
            // The turn ends with the body.
            let same = move |error| {
                let _ = &turn;
                error
            };
            body.map_err(same).boxed()
        }))
    })
}

/// Begins at once and goes on even if nobody waits any more: a client that hangs up between a commit
/// and its publication would leave every other device uninformed.
#[expect(
    clippy::disallowed_methods,
    reason = "the drain waits for the task, which holds the context"
)]
fn to_its_end(
    responding: impl Future<Output = Response> + Send + 'static,
) -> impl Future<Output = Response> {
    let task = tokio::spawn(responding);
    async {
        match task.await.map_err(JoinError::try_into_panic) {
            Ok(response) => response,
            Err(Ok(panic)) => std::panic::resume_unwind(panic),
            // The runtime is going down, and this task with it.
            Err(Err(_)) => std::future::pending().await,
        }
    }
}

/// The response of the endpoint, which the access log tells of.
pub(super) async fn respond(
    mut request: poem::Request,
    peer: SocketAddr,
    context: Context,
) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    // The query may hold a token.
    let path = request.uri().path().to_owned();
    let record = AccessRecord::default();
    request.set_data(record.clone());
    let response = context.endpoint.get_response(request).await;

    let status = response.status().as_u16();
    let request_id = response
        .extensions()
        .get::<RequestId>()
        .map_or("", |id| id.0.as_str());
    // A number of more bits is a string in JSON logs.
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    let client = record
        .client()
        .unwrap_or_else(|| ClientNetwork::of(peer.ip()));
    let user_id = record.user().map(|user| user.0);
    let route = record.route();
    macro_rules! log {
        ($level:ident) => {
            tracing::$level!(
                target: "access", %method, path, route, status, micros, %client, user_id, %peer,
                request_id
            )
        };
    }
    if record.is_routine() {
        log!(debug);
    } else {
        log!(info);
    }
    response
}
