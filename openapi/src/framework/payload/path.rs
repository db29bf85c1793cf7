use leopard_core::Failure;
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaParamIn, MetaSchema, MetaSchemaRef};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use super::value::{FieldValue, RecordId};
use crate::problem::Problem;

/// A parameter in a path. The framework recognizes the parameters of a path by this name.
pub(crate) struct Path<T>(pub(crate) T);

/// A value in a path.
pub(crate) trait PathValue: Sized + Send {
    const DESCRIPTION: &'static str;

    fn schema() -> MetaSchemaRef;

    /// Reads the decoded text.
    fn read(text: String) -> Result<Self, Problem>;
}

/// An id. Any other text is a 404, not a 400.
impl<T: RecordId> PathValue for T {
    const DESCRIPTION: &'static str = <T as RecordId>::DESCRIPTION;

    fn schema() -> MetaSchemaRef {
        <T as FieldValue>::schema()
    }

    fn read(text: String) -> Result<Self, Problem> {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        let id = text.parse::<i64>().ok().filter(|_| is_number);
        let id = id.and_then(|id| <T as FieldValue>::read(id.into()).ok());
        id.ok_or_else(|| Failure::NotFound.into())
    }
}

impl<'a, T: PathValue> ApiExtractor<'a> for Path<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    const PARAM_IS_REQUIRED: bool = true;
    type ParamType = ();
    type ParamRawType = ();

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Path)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        let description = Some(T::DESCRIPTION);
        Some(T::schema().merge(MetaSchema { description, ..MetaSchema::ANY }))
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let text = request.raw_path_param(options.name).unwrap_or_default();
        Ok(Self(T::read(text.to_owned())?))
    }
}
