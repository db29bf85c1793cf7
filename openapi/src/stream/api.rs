use std::sync::Arc;

use leopard_core::Failure;
use leopard_core::service::accounts::Accounts;
use leopard_core::stream::{StreamEvent, Streams};
use poem::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use poem::{IntoResponse, Request, Response};
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, Registry};
use poem_openapi::{ApiResponse, OpenApi};

use super::credentials::StreamCredentials;
use super::events::StreamEventSchema;
use super::handover::{EventStream, Handover};
use super::resume::LastEventId;
use crate::api::Tag;
use crate::framework::query::QueryParam;
use crate::framework::query::shape::{Cursor, Token};
use crate::http::access_record::AccessRecord;
use crate::http::forwarded::client_network;
use crate::http::quota::Quotas;
use crate::http::request_id::RequestId;
use crate::http::response_memory::Endless;
use crate::problem::Problem;
use crate::settings::{HttpSettings, StreamDelivery};

pub(crate) struct StreamApi {
    pub(crate) accounts: Accounts,
    pub(crate) streams: Streams,
}

#[OpenApi(prefix_path = "/api/v1/notifications", tag = "Tag::Stream")]
impl StreamApi {
    /// Stream notifications
    ///
    /// Do not call this through a generated client, which would wait for the end of the response: read it with
    /// `EventSource` or a library of Server-Sent Events, and reconnect after every end.
    ///
    /// Opens an endless stream of Server-Sent Events for the caller. Events are unnamed: each has one `data:` line with
    /// the JSON of a `StreamEvent`, which `EventSource` hands to `onmessage`. Unknown values are to be ignored: later
    /// versions add events of other `type`s.
    ///
    /// On a command line: `curl -N -H "Authorization: Bearer $ACCESS" URL`; without `-N`, curl holds events back.
    ///
    /// The `id:` of a notification is its sequence number in the caller's mailbox. A client that
    /// reconnects with it as `Last-Event-ID` first gets everything after it, without gaps,
    /// repeats or disorder.
    ///
    /// **An end of the stream is never final, except after `token_expired` or a 401**: wait for the
    /// milliseconds of the last `retry:`, then reconnect with the last `id:`. Over HTTP/1.1
    /// the response is chunked, with one or several events in each chunk: an orderly end sends the last
    /// chunk, a crash does not. While the storage is unavailable, the response is 200, an `unavailable`
    /// event and the end.
    ///
    /// A client that cannot send headers sends the token as `?token=` and the cursor as
    /// `?last_event_id=`. The token of the URL takes precedence over the header; the cursor of the
    /// header takes precedence over the URL, because a browser reconnects to the same URL.
    /// A user with too many open streams gets a 429; with `?token=` 200, a `throttled`
    /// event and the end, because a browser never reconnects after an error status.
    ///
    /// Send nothing after the request: the server closes a stream whose client does.
    ///
    /// By itself, Swagger UI shows a stream only after it has ended. The page under `/api/docs/`
    /// shows the events of the first minute as they occur, and then ends the stream; to watch
    /// longer, open the [stream tester](/test_sse.html).
    #[oai(path = "/stream/", method = "get", operation_id = "streamNotifications")]
    async fn stream(
        &self,
        request: &Request,
        credentials: StreamCredentials,
        /// The `token` of `POST /api/token/stream/`, or an access token.
        token: QueryParam<Token>,
        /// The `id` of the last event received; 0 replays everything.
        #[oai(name = "Last-Event-ID")]
        header: LastEventId,
        /// The same as `Last-Event-ID`, for clients that cannot send headers.
        last_event_id: QueryParam<Cursor>,
    ) -> Result<StreamOpened, Problem> {
        let resume = header.0.or(last_event_id.text());
        let client = client_network(request);
        let opening = async {
            let caller = credentials.caller(token.text(), &self.accounts, client).await;
            Quotas::note_requests(request, &self.accounts, &caller);
            let caller = caller?;
            AccessRecord::note_user(request, caller.user.id);
            self.streams.open(&caller, resume).await
        };
        match opening.await {
            Ok(stream) => Ok(StreamOpened::of(request, EventStream::live(stream))),
            Err(Failure::Throttled { retry_after }) if token.text().is_some() => {
                let event = StreamEvent::Throttled { retry_after };
                Ok(StreamOpened::of(request, EventStream::refused(event)))
            }
            Err(failure) if is_final(&failure) => Err(failure.into()),
            Err(failure) => {
                let request_id = request.data::<RequestId>().map(|id| id.0.as_str());
                let cause = cause(&failure);
                tracing::warn!(request_id, cause, "opening a stream failed");
                let stream = EventStream::refused(StreamEvent::Unavailable);
                Ok(StreamOpened::of(request, stream))
            }
        }
    }
}

/// Whether the response is an error. A browser never reconnects after one, so temporary failures are not.
fn is_final(failure: &Failure) -> bool {
    matches!(
        failure,
        Failure::NotAuthenticated
            | Failure::TokenNotValid
            | Failure::UserInactive
            | Failure::InsufficientScope(_)
            | Failure::Throttled { .. }
    )
}

fn cause(failure: &Failure) -> String {
    match failure {
        Failure::Busy(cause) | Failure::Unavailable(cause) | Failure::Internal(cause) => {
            cause.clone()
        }
        other => other.to_string(),
    }
}

/// 200 with the headers of a stream and, by the settings, the stream as body or handover.
struct StreamOpened(EventStream, StreamDelivery);

impl StreamOpened {
    fn of(request: &Request, stream: EventStream) -> Self {
        let settings = request.data::<Arc<HttpSettings>>();
        let delivery = settings.map(|settings| settings.streams);
        Self(stream, delivery.unwrap_or_default())
    }
}

impl IntoResponse for StreamOpened {
    fn into_response(self) -> Response {
        let mut response = Response::builder()
            .header(CONTENT_TYPE, "text/event-stream")
            .header(CACHE_CONTROL, "no-cache, no-store, must-revalidate")
            .header("X-Accel-Buffering", "no")
            .extension(Endless)
            .finish();
        match self.1 {
            StreamDelivery::Body => response.set_body(self.0.into_body()),
            StreamDelivery::HandOver => {
                response.extensions_mut().insert(Handover::of(self.0));
            }
        }
        response
    }
}

impl ApiResponse for StreamOpened {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "Events until the client or the server ends the stream.",
                status: Some(200),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: "text/event-stream",
                    schema: StreamEventSchema::reference(),
                }],
                headers: vec![],
            }],
        }
    }

    fn register(registry: &mut Registry) {
        StreamEventSchema::register(registry);
    }
}
