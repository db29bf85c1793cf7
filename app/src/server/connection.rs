//! A connection: HTTP requests, until it ends or becomes a stream.

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
use leopard_openapi::{ClientConnection, MemoryPermit};
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint, Response};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::accept::Context;
use super::delivery::{Delivery, DeliveryTimer};
use super::gated_socket::{GatedSocket, InFlight, closed};
use super::rejection;
use super::responding::Responding;
use super::stream::OpenedStream;

/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
const MAX_HEAD_BYTES: usize = 16 * 1024;
/// How long an idle connection stays open when the server drains: its client may have sent a request
/// already.
const LAST_REQUEST_WAIT: Duration = Duration::from_millis(500);

type HyperResponse = http::Response<BoxBody<Bytes, std::io::Error>>;
type ResponseFuture =
    Pin<Box<dyn Future<Output = Result<HyperResponse, std::convert::Infallible>> + Send>>;
/// The response of a stream, once a request has opened one.
type StreamResponse = Arc<Mutex<Option<Response>>>;

/// Why the requests of a connection end.
enum End {
    /// A request has opened a stream.
    Stream(Response),
    /// The client sent something that is not a request.
    Unparsable(StatusCode),
    Done,
}

/// Answers requests; returns the socket if one of them opens a stream.
pub(super) async fn serve(
    socket: TcpStream,
    peer: SocketAddr,
    context: Context,
) -> Option<OpenedStream> {
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "connection closed before its first request");
        return None;
    }
    let stream_response: StreamResponse = Arc::default();
    let in_flight = InFlight::default();
    let mut draining = context.draining.clone();
    let socket = Arc::new(socket);
    let client = ClientConnection::new({
        let socket = Arc::downgrade(&socket);
        move || Box::pin(closed(socket.clone()))
    });
    let service = service_fn({
        let (context, stream_response, in_flight) =
            (context.clone(), stream_response.clone(), in_flight.clone());
        move |mut request| {
            request.extensions_mut().insert(client.clone());
            answer(request, peer, context.clone(), stream_response.clone(), &in_flight)
        }
    });
    let gated_socket = GatedSocket { socket, in_flight: in_flight.clone() };
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD_BYTES)
        // A client that has closed its side may still read.
        .half_close(true)
        .serve_connection(TokioIo::new(gated_socket), service);
    let mut drained = Box::pin(async move {
        let _ = draining.wait_for(|draining| *draining).await;
        sleep(LAST_REQUEST_WAIT).await;
    });
    let mut is_shutting_down = false;
    let mut timer = DeliveryTimer::default();
    let end = poll_fn(|task| {
        // Read first: a graceful shutdown closes a connection that looks idle.
        let mut done = connection.poll_without_shutdown(task);
        if done.is_pending() && !is_shutting_down && drained.as_mut().poll(task).is_ready() {
            is_shutting_down = true;
            Pin::new(&mut connection).graceful_shutdown();
            done = connection.poll_without_shutdown(task);
        }
        if done.is_pending() && timer.poll(in_flight.deadline(), task).is_ready() {
            tracing::info!(%peer, "closed connection, client read its response too slowly");
            return Poll::Ready(End::Done);
        }
        match stream_response.lock().ok().and_then(|mut response| response.take()) {
            Some(response) => Poll::Ready(End::Stream(response)),
            None => done.map(|done| match done {
                Err(error) if error.is_parse() && in_flight.is_idle() => {
                    End::Unparsable(rejection::status(&error))
                }
                _ => End::Done,
            }),
        }
    })
    .await;
    let parts = connection.into_parts();
    // The watcher has ended with the last request.
    let mut socket = Arc::into_inner(parts.io.into_inner().socket)?;
    match end {
        End::Stream(response) => {
            return Some(OpenedStream {
                socket,
                response,
                has_sent_more: !parts.read_buf.is_empty(),
            });
        }
        End::Unparsable(status) => rejection::reject(&mut socket, status, peer, context).await,
        // The last response must reach the client before the socket closes.
        End::Done => drop(socket.shutdown().await),
    }
    None
}

/// Answers one request. If it opens a stream, the future stays pending: the response leaves with the socket.
fn answer(
    request: http::Request<Incoming>,
    peer: SocketAddr,
    context: Context,
    stream_response: StreamResponse,
    in_flight: &InFlight,
) -> ResponseFuture {
    let request_in_flight = in_flight.begin();
    let draining = context.draining.clone();
    let timeout = context.delivery_timeout;
    let is_safe = request.method().is_safe();
    let version = request.version();
    let local = LocalAddr(Addr::SocketAddr(context.local));
    let remote = RemoteAddr(Addr::SocketAddr(peer));
    let request = poem::Request::from((request, local, remote, http::uri::Scheme::HTTP));
    let responding = Box::pin(respond(request, peer, context));
    let responding = Responding::new(responding, is_safe);
    Box::pin(async move {
        let mut response = responding.await;
        if response.extensions().get::<Handover>().is_some() {
            response.set_version(version);
            if let Ok(mut stream_response) = stream_response.lock() {
                *stream_response = Some(response);
            }
            return std::future::pending().await;
        }
        let memory = response.extensions_mut().remove::<Arc<MemoryPermit>>();
        if *draining.borrow() {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
        let response: HyperResponse = response.into();
        let bytes = response.body().size_hint().lower();
        request_in_flight.deliver(Delivery::begin(timeout, bytes, memory));
        Ok(response.map(|body| {
            // The request is in flight until its body is dropped.
            let keep = move |error| {
                let _ = &request_in_flight;
                error
            };
            body.map_err(keep).boxed()
        }))
    })
}

/// Calls the endpoint and writes the access log.
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
    let request_id = response.extensions().get::<RequestId>().map_or("", |id| id.0.as_str());
    // A JSON log shows a larger number as a string.
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    let client = record.client().unwrap_or_else(|| ClientNetwork::of(peer.ip()));
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
