use leopard_core::Failure;
use leopard_core::domain::id::{CommentId, NotificationId, TaskId, UserId};
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaParamIn, MetaSchema, MetaSchemaRef};
use poem_openapi::types::Type;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use crate::problem::Problem;

/// An id in a path. Any other text is a 404, not a 400. The framework recognizes the parameters of a path by this
/// name.
pub(crate) struct Path<T>(pub(crate) T);

/// A kind of id that paths have.
pub(crate) trait RecordId: Send {
    /// Description of the parameter.
    const DESCRIPTION: &'static str;

    fn of(id: i64) -> Self;
}

macro_rules! record_ids {
    ($($id:ident: $description:literal,)+) => {$(
        impl RecordId for $id {
            const DESCRIPTION: &'static str = $description;

            fn of(id: i64) -> Self {
                Self(id)
            }
        }
    )+};
}

record_ids! {
    TaskId: "Id of the task.",
    CommentId: "Id of the comment.",
    NotificationId: "Id of the notification.",
    UserId: "Id of the user.",
}

impl<'a, T: RecordId> ApiExtractor<'a> for Path<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    const PARAM_IS_REQUIRED: bool = true;
    type ParamType = ();
    type ParamRawType = ();

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Path)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        let description = Some(T::DESCRIPTION);
        Some(i64::schema_ref().merge(MetaSchema { description, ..MetaSchema::ANY }))
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let text = request.raw_path_param(options.name).unwrap_or_default();
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        let id = text.parse().ok().filter(|_| is_number);
        let id = id.ok_or_else(|| Problem::from(Failure::NotFound))?;
        Ok(Self(T::of(id)))
    }
}
