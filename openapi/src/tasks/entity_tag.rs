//! Versions of tasks as entity tags (RFC 9110, sections 8.8.3 and 13.1).

use leopard_core::domain::version::ExpectedVersion;
use poem::http::HeaderValue;
use poem::http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaParamIn, MetaSchemaRef};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use crate::header::{AnswerHeader, WithHeader};
use crate::query::shape::{EntityTags, Shape};

/// An answer with the version of the task that it shows. What is computed anew each time, such as
/// `is_overdue`, is outside it.
pub(super) type Tagged<R> = WithHeader<Version, R>;

/// The header that tells it.
pub(super) struct Version;

impl AnswerHeader for Version {
    const NAME: &'static str = "ETag";
    const DESCRIPTION: &'static str = "The task's version.";
    const IS_ALWAYS_THERE: bool = true;

    fn schema() -> MetaSchemaRef {
        EntityTags::schema()
    }
}

impl<R> Tagged<R> {
    /// The answer, which shows a task of this version.
    pub(super) fn of(version: i64, answer: R) -> Self {
        Self::new(answer, HeaderValue::try_from(tag(version)).ok())
    }
}

fn tag(version: i64) -> String {
    format!("\"{version}\"")
}

/// The versions that a change is meant for, of the header of that name.
pub(super) struct IfMatch(pub(super) ExpectedVersion);

impl<'a> ApiExtractor<'a> for IfMatch {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    type ParamType = ();
    type ParamRawType = ();

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Header)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(EntityTags::schema())
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        Ok(Self(expected(request)))
    }
}

/// A weak tag is none that a change could be meant for.
fn expected(request: &Request) -> ExpectedVersion {
    match tags(request, IF_MATCH) {
        None => ExpectedVersion::Any,
        Some(tags) if tags.contains(&"*") => ExpectedVersion::Any,
        Some(tags) => ExpectedVersion::OneOf(tags.into_iter().filter_map(version).collect()),
    }
}

/// Whether the client has this version already.
pub(super) fn is_known(request: &Request, current: i64) -> bool {
    let tags = tags(request, IF_NONE_MATCH).unwrap_or_default();
    let strong = |tag: &str| version(tag.strip_prefix("W/").unwrap_or(tag));
    tags.iter()
        .any(|tag| *tag == "*" || strong(tag) == Some(current))
}

/// The tags of a header; nothing where there is none. No tag of ours has a comma in it.
fn tags(request: &Request, header: HeaderName) -> Option<Vec<&str>> {
    let mut values = request.headers().get_all(header).iter().peekable();
    values.peek()?;
    let texts = values.filter_map(|value| value.to_str().ok());
    Some(
        texts
            .flat_map(|text| text.split(',').map(str::trim))
            .collect(),
    )
}

/// Tags are compared sign by sign: the same number written otherwise is another tag.
fn version(tag: &str) -> Option<i64> {
    let version = tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok();
    version.filter(|version| self::tag(*version) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(header: HeaderName, value: &str) -> Request {
        Request::builder().header(header, value).finish()
    }

    #[test]
    fn a_change_is_meant_for_the_versions_that_it_names() {
        let expected = |value| expected(&request(IF_MATCH, value));
        assert_eq!(expected("\"3\""), ExpectedVersion::OneOf(vec![3]));
        assert_eq!(
            expected("\"3\", \"x\",\"4\""),
            ExpectedVersion::OneOf(vec![3, 4])
        );
        assert_eq!(expected("*"), ExpectedVersion::Any);
        for none in ["W/\"3\"", "3", "\"\"", "", "\"03\"", "\"+3\"", "\" 3\""] {
            assert_eq!(expected(none), ExpectedVersion::OneOf(vec![]), "{none}");
        }
        assert_eq!(super::expected(&Request::default()), ExpectedVersion::Any);
    }
}
