use leopard_core::Failure;
use leopard_core::service::accounts::Accounts;
use leopard_core::service::stream::{Follow, LiveStream};
use poem::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use poem::{IntoResponse, Request, Response};
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiResponse, OpenApi};

use super::credentials::StreamCredentials;
use super::handover::{EventStream, Handover};
use super::resume::LastEventId;
use super::union::StreamEventView;
use crate::api::Tag;
use crate::problem::Problem;
use crate::query::last_value;
use crate::request_id::RequestId;

pub(crate) struct StreamApi {
    pub(crate) accounts: Accounts,
    pub(crate) follow: Follow,
}

#[OpenApi(tag = "Tag::Notifications")]
impl StreamApi {
    /// Follow the notifications live
    ///
    /// Server-Sent Events without end: every event is an unnamed one whose `data:` line is the
    /// JSON of a `StreamEvent`. The `id:` of a notification is the caller's own sequence
    /// number; a client that comes back with it as `Last-Event-ID` first gets everything since,
    /// with no gap, no repeat and no disorder. While the storage is away the answer is 200, an
    /// `unavailable` event and the end: come back after the `retry` that was sent with it.
    ///
    /// A client that cannot send headers puts what it has into the URL: the token as `?token=`,
    /// the cursor as `?last_event_id=`. The token of the URL beats the header; the cursor of the
    /// header beats the URL, because a browser comes back with the URL it began with.
    ///
    /// By itself, Swagger UI shows a stream only after it has ended. The page under `/api/docs/`
    /// shows the events of the first minute as they come, and then ends the stream; to watch
    /// longer, open the [stream tester](/test_sse.html).
    #[oai(
        path = "/api/v1/notifications/stream/",
        method = "get",
        operation_id = "streamNotifications"
    )]
    async fn stream(
        &self,
        request: &Request,
        credentials: StreamCredentials,
        /// The cursor that the client holds; 0 replays everything.
        #[oai(name = "Last-Event-ID")]
        seen: LastEventId,
    ) -> Result<StreamOpened, Problem> {
        let resume = seen.0.or(last_value(request, "last_event_id").as_deref());
        match self.open(credentials, resume).await {
            Ok(stream) => Ok(StreamOpened(EventStream::live(stream))),
            Err(failure) if is_final(&failure) => Err(failure.into()),
            Err(failure) => {
                let request_id = request.data::<RequestId>().map(|id| id.0.as_str());
                let cause = cause(&failure);
                tracing::warn!(request_id, cause, "a stream could not be opened");
                Ok(StreamOpened(EventStream::unavailable()))
            }
        }
    }
}

impl StreamApi {
    async fn open(
        &self,
        credentials: StreamCredentials,
        resume: Option<i64>,
    ) -> Result<LiveStream, Failure> {
        let caller = credentials.caller(&self.accounts).await?;
        self.follow.open(&caller, resume).await
    }
}

/// An error status makes a browser give up for good: a passing fault is none.
fn is_final(failure: &Failure) -> bool {
    matches!(
        failure,
        Failure::NotAuthenticated
            | Failure::TokenNotValid
            | Failure::UserInactive
            | Failure::Throttled { .. }
    )
}

/// What the log may know and the client may not.
fn cause(failure: &Failure) -> String {
    match failure {
        Failure::Unavailable(cause) | Failure::Internal(cause) => cause.clone(),
        other => other.to_string(),
    }
}

/// 200, the headers of a stream, and the stream itself in the extensions.
struct StreamOpened(EventStream);

impl IntoResponse for StreamOpened {
    fn into_response(self) -> Response {
        let mut response = Response::builder()
            .header(CONTENT_TYPE, "text/event-stream")
            .header(CACHE_CONTROL, "no-cache, no-store, must-revalidate")
            .header("X-Accel-Buffering", "no")
            .finish();
        response.extensions_mut().insert(Handover::of(self.0));
        response
    }
}

impl ApiResponse for StreamOpened {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The events, until the client or the server ends the stream.",
                status: Some(200),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: "text/event-stream",
                    schema: StreamEventView::schema_ref(),
                }],
                headers: vec![],
            }],
        }
    }

    fn register(registry: &mut Registry) {
        StreamEventView::register(registry);
    }
}
