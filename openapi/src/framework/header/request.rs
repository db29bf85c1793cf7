use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaParamIn, MetaSchema, MetaSchemaRef};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use crate::framework::query::shape::Shape;

pub(crate) trait RequestHeader: Sized + Send {
    type Shape: Shape;
    /// Description of the parameter, unless the operation has one of its own.
    const DESCRIPTION: Option<&'static str> = None;

    /// Reads it, and the body where the value depends on it.
    fn read(
        request: &Request,
        body: &mut RequestBody,
    ) -> impl Future<Output = poem::Result<Self>> + Send;
}

/// A header, as a parameter of an operation.
pub(crate) struct Header<T>(pub(crate) T);

impl<'a, T: RequestHeader> ApiExtractor<'a> for Header<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    type ParamType = ();
    type ParamRawType = ();

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Header)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        let description = MetaSchema { description: T::DESCRIPTION, ..MetaSchema::ANY };
        Some(T::Shape::schema().merge(description))
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        Ok(Self(T::read(request, body).await?))
    }
}
