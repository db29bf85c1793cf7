use std::marker::PhantomData;

use leopard_core::domain::field::FieldErrors;
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaParamIn, MetaSchemaRef, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use super::shape::{Readable, Shape};
use super::{all_values, last_value};

/// A query parameter.
pub(crate) struct QueryParam<S> {
    name: &'static str,
    text: Option<String>,
    shape: PhantomData<S>,
}

impl<S> QueryParam<S> {
    pub(crate) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

impl<S: Readable> QueryParam<S> {
    /// Reads the value; an empty text is the same as none.
    pub(crate) fn read(&self, errors: &mut FieldErrors) -> Option<S::Value> {
        let text = self.text().filter(|text| !text.is_empty())?;
        errors.note(self.name, S::read(text))
    }
}

impl<'a, S: Shape> ApiExtractor<'a> for QueryParam<S> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        S::register(registry);
    }

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Query)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(S::schema())
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let name = options.name;
        let text = if S::IS_LIST { all_values(request, name) } else { last_value(request, name) };
        Ok(Self { name, text, shape: PhantomData })
    }
}
