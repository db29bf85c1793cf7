use std::marker::PhantomData;

use poem::http::HeaderValue;
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaHeader, MetaResponses, MetaSchemaRef, Registry};

/// A header of responses. The document has exactly this name; the framework would write it in capitals.
pub(crate) trait ResponseHeader: Send + 'static {
    const NAME: &'static str;
    const DESCRIPTION: &'static str;
    const IS_ALWAYS_THERE: bool;

    fn schema() -> MetaSchemaRef;
}

/// A response with such a header, for any status.
pub(crate) struct WithHeader<H, R> {
    response: R,
    value: Option<HeaderValue>,
    header: PhantomData<H>,
}

impl<H, R> WithHeader<H, R> {
    /// A response with this value of the header, or without the header.
    pub(crate) fn new(response: R, value: Option<HeaderValue>) -> Self {
        Self { response, value, header: PhantomData }
    }
}

impl<H: ResponseHeader, R: IntoResponse> IntoResponse for WithHeader<H, R> {
    fn into_response(self) -> Response {
        let mut response = self.response.into_response();
        if let Some(value) = self.value {
            response.headers_mut().insert(H::NAME, value);
        }
        response
    }
}

impl<H: ResponseHeader, R: ApiResponse> ApiResponse for WithHeader<H, R> {
    fn meta() -> MetaResponses {
        let mut meta = R::meta();
        for response in &mut meta.responses {
            response.headers.push(MetaHeader {
                name: H::NAME.to_owned(),
                description: Some(H::DESCRIPTION.to_owned()),
                required: H::IS_ALWAYS_THERE,
                deprecated: false,
                schema: H::schema(),
            });
        }
        meta
    }

    fn register(registry: &mut Registry) {
        R::register(registry);
    }
}
