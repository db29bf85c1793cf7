//! Limits the size of each body and the memory of all bodies, more strictly for unauthenticated callers. A
//! client that sends too large a body can still read the response.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use futures_util::{Stream, StreamExt};
use leopard_core::service::accounts::Accounts;
use poem::http::StatusCode;
use poem::http::header::{CONTENT_LENGTH, EXPECT};
use poem::{Body, Endpoint, Request, Response, Result};

use crate::auth::bearer_token;
use crate::http::forwarded::client_network;
use crate::http::memory_budget::{BudgetExhausted, MemoryBudget, MemoryPermit, Owner};
use crate::problem::Problem;

/// The most bytes of a body.
pub(crate) const LIMIT: usize = 1024 * 1024;
/// How many bytes of a body that is too large are read and discarded before the response: a client that is
/// still sending would lose the response if the server closed the connection.
const DRAINED: usize = 64 * LIMIT;
/// The most time for reading them.
const DRAIN_TIME: Duration = Duration::from_secs(10);

/// The most bytes of all large bodies together.
const BUDGET: usize = 32 * LIMIT;
/// The most bytes of those of one network: a quarter, so that memory remains for others.
const SHARE: usize = BUDGET / 4;
/// How long a client may take to send a body that is not too large.
const READ_TIME: Duration = Duration::from_mins(1);
/// The most bytes of a body that reserves no memory, and of any body without a valid access token. Nearly all
/// bodies are that small; large bodies cannot delay them.
const SMALL: usize = 16 * 1024;
/// The path under which callers get tokens: nothing there needs a larger body.
const TOKENS: &str = "/api/token";

/// Reads the body before any other layer handles the request. Large bodies keep their memory until the
/// response is ready.
pub(crate) struct BodyLimit<E> {
    inner: E,
    accounts: Arc<Accounts>,
    budget: Arc<MemoryBudget>,
}

impl<E> BodyLimit<E> {
    pub(crate) fn new(inner: E, accounts: Arc<Accounts>) -> Self {
        Self { inner, accounts, budget: MemoryBudget::new(BUDGET, SHARE) }
    }
}

/// Marks a request without a known caller whose body was not read, because it has more than [`SMALL`] bytes.
#[derive(Clone, Copy)]
struct TooLarge;

/// [`Problem::too_large`] if the body of this request was not read. Call it before the body is used and after
/// authentication: a caller whose token has expired gets a 401.
pub(crate) fn check(request: &Request) -> Result<(), Problem> {
    match request.extensions().get::<TooLarge>() {
        Some(TooLarge) => Err(Problem::too_large(SMALL)),
        None => Ok(()),
    }
}

/// The limit of a body.
#[derive(Clone, Copy)]
struct Limit {
    bytes: usize,
    /// Whether the caller has a valid access token or API key.
    is_known: bool,
}

impl Limit {
    const SMALL: Self = Self { bytes: SMALL, is_known: false };
}

/// Why a body is not read to its end.
enum ReadError {
    TooLarge,
    NoMemory,
    /// The client disconnected while it was sending, or sent invalid HTTP.
    Broken,
}

impl<E: Endpoint<Output = Response>> Endpoint for BodyLimit<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let declared = declared_length(&request);
        let body = request.take_body();
        let may_be_large = !body.is_empty() && declared.is_none_or(|length| length > SMALL);
        let limit = if may_be_large { self.limit(&request).await } else { Limit::SMALL };
        let mut chunks = body.into_bytes_stream();
        if declared.is_some_and(|length| length > limit.bytes) {
            // A client that waits for `100 Continue` has not sent the body yet.
            let is_waiting = request.headers().contains_key(EXPECT);
            let refused = self.refuse(request, limit).await;
            if !is_waiting {
                drain(&mut chunks).await;
            }
            return refused;
        }
        let mut permit = self.budget.permit(Owner::Network(client_network(&request)));
        let reading = read(&mut chunks, declared.unwrap_or_default(), limit.bytes, &mut permit);
        let body = match tokio::time::timeout(READ_TIME, reading).await {
            Ok(Ok(body)) => body,
            Ok(Err(error)) => {
                drop(permit);
                let refused = match error {
                    ReadError::TooLarge => self.refuse(request, limit).await,
                    ReadError::NoMemory => Err(Problem::overloaded().into()),
                    ReadError::Broken => {
                        return Err(poem::Error::from_status(StatusCode::BAD_REQUEST));
                    }
                };
                drain(&mut chunks).await;
                return refused;
            }
            Err(_) => return Err(poem::Error::from_status(StatusCode::REQUEST_TIMEOUT)),
        };
        request.set_body(Body::from_bytes(body.freeze()));
        self.inner.call(request).await
    }
}

impl<E: Endpoint<Output = Response>> BodyLimit<E> {
    /// The most bytes that the body of this request may have.
    async fn limit(&self, request: &Request) -> Limit {
        let after = request.uri().path().strip_prefix(TOKENS);
        let is_about_tokens = after.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let token = bearer_token(request).ok().flatten();
        let is_known = match token {
            Some(token) => self.accounts.is_credential(token).await,
            None => false,
        };
        Limit { bytes: if is_known && !is_about_tokens { LIMIT } else { SMALL }, is_known }
    }

    /// The response to a request whose body exceeds the limit and was not read. Without a known caller the
    /// operation responds first: it may not exist, or require a token.
    async fn refuse(&self, mut request: Request, limit: Limit) -> Result<Response> {
        if limit.is_known {
            return Err(Problem::too_large(limit.bytes).into());
        }
        request.extensions_mut().insert(TooLarge);
        self.inner.call(request).await
    }
}

/// The whole body.
async fn read<T: AsRef<[u8]>>(
    chunks: &mut (impl Stream<Item = io::Result<T>> + Unpin),
    declared: usize,
    limit: usize,
    permit: &mut MemoryPermit,
) -> Result<BytesMut, ReadError> {
    let mut body = BytesMut::with_capacity(declared.min(SMALL));
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| ReadError::Broken)?;
        let length = body.len() + chunk.as_ref().len();
        if length > limit {
            return Err(ReadError::TooLarge);
        }
        if length > SMALL {
            // A declared length is reserved or refused before the bytes arrive.
            // It does not wait: bodies that wait for each other's memory would wait for ever.
            let grown = permit.try_grow_to(length.max(declared));
            grown.map_err(|BudgetExhausted| ReadError::NoMemory)?;
        }
        body.extend_from_slice(chunk.as_ref());
    }
    Ok(body)
}

fn declared_length(request: &Request) -> Option<usize> {
    let length = request.headers().get(CONTENT_LENGTH)?;
    Some(length.to_str().ok()?.parse().unwrap_or(usize::MAX))
}

/// Reads and discards the rest.
async fn drain<T: AsRef<[u8]>>(chunks: &mut (impl Stream<Item = io::Result<T>> + Unpin)) {
    let reading = async {
        let mut read = 0;
        while let Some(Ok(chunk)) = chunks.next().await {
            read += chunk.as_ref().len();
            if read > DRAINED {
                break;
            }
        }
    };
    // A slower client loses the response.
    let _ = tokio::time::timeout(DRAIN_TIME, reading).await;
}
