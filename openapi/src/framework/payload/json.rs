use std::cell::RefCell;

use bytes::Bytes;
use poem::http::HeaderValue;
use poem::http::header::CONTENT_TYPE;
use poem::{Body, IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::payload::Payload;
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use serde::Serialize;

use crate::problem::Problem;

/// The most bytes that are copied out of the buffer; the body of a larger response is the buffer itself.
const KEPT: usize = 64 * 1024;

thread_local! {
    /// Where a thread writes one response after the other, so that it does not grow anew for each.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

fn write(buffer: &mut Vec<u8>, value: &impl Serialize) -> serde_json::Result<Bytes> {
    buffer.clear();
    serde_json::to_writer(&mut *buffer, value)?;
    if buffer.len() > KEPT {
        // It is kept until the client has read it, and memory is reserved for no more than its bytes.
        buffer.shrink_to_fit();
        return Ok(std::mem::take(buffer).into());
    }
    Ok(Bytes::copy_from_slice(buffer))
}

/// A value in a response, written as JSON without an intermediate tree of values.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Type> Payload for Json<T> {
    /// JSON has no charset, and clients compare the type with the document.
    const CONTENT_TYPE: &'static str = "application/json";

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: Type + Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match BUFFER.with_borrow_mut(|buffer| write(buffer, &self.0)) {
            Ok(json) => {
                let mut response = Response::default();
                let content_type = HeaderValue::from_static(Self::CONTENT_TYPE);
                response.headers_mut().insert(CONTENT_TYPE, content_type);
                response.set_body(Body::from_bytes(json));
                response
            }
            Err(error) => poem::Error::from(Problem::internal(error.to_string())).into_response(),
        }
    }
}

impl<T: Type + Serialize> ApiResponse for Json<T> {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "",
                status: Some(200),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: Self::CONTENT_TYPE,
                    schema: Self::schema_ref(),
                }],
                headers: vec![],
            }],
        }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}
