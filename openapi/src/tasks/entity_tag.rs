//! Versions of tasks as entity tags (RFC 9110, sections 8.8.3 and 13.1).

use chrono::{DateTime, Utc};
use leopard_core::domain::task::{ExpectedVersion, TaskDetails};
use poem::http::HeaderValue;
use poem::http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};

use super::view::TaskView;
use crate::framework::header::{Header, RequestHeader, ResponseHeader, WithHeader};
use crate::framework::query::shape::{EntityTags, Shape};

/// A response with the version of its task. Values that depend on the time, such as `is_overdue`, do
/// not change it.
pub(super) type Tagged<R> = WithHeader<Version, R>;

pub(super) struct Version;

impl ResponseHeader for Version {
    const NAME: &'static str = "ETag";
    const DESCRIPTION: &'static str = "Version of the task.";
    const IS_ALWAYS_THERE: bool = true;

    fn schema() -> MetaSchemaRef {
        EntityTags::schema().merge(MetaSchema { example: Some("\"3\"".into()), ..MetaSchema::ANY })
    }
}

impl<R> Tagged<R> {
    /// A response that shows a task.
    pub(super) fn of(
        task: TaskDetails,
        now: DateTime<Utc>,
        show: impl FnOnce(TaskView) -> R,
    ) -> Self {
        Self::of_version(task.task.version, show(TaskView::of(task, now)))
    }

    /// A response about a task of this version.
    pub(super) fn of_version(version: i64, response: R) -> Self {
        Self::new(response, HeaderValue::try_from(tag(version)).ok())
    }
}

fn tag(version: i64) -> String {
    format!("\"{version}\"")
}

/// The versions at which a change is allowed.
pub(super) type IfMatch = Header<ExpectedVersion>;

impl RequestHeader for ExpectedVersion {
    type Shape = EntityTags;
    const DESCRIPTION: Option<&'static str> =
        Some("ETag of the task. The request fails with 412 if the task has changed since.");

    /// A weak tag matches no version.
    async fn read(request: &Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(match tags(request, IF_MATCH) {
            None => Self::Any,
            Some(tags) if tags.contains(&"*") => Self::Any,
            Some(tags) => Self::OneOf(tags.into_iter().filter_map(version).collect()),
        })
    }
}

/// The versions that the client knows.
pub(super) type IfNoneMatch = Header<KnownVersions>;

pub(super) enum KnownVersions {
    /// Every version.
    Any,
    These(Vec<i64>),
}

impl KnownVersions {
    pub(super) fn hold(&self, version: i64) -> bool {
        match self {
            Self::Any => true,
            Self::These(versions) => versions.contains(&version),
        }
    }
}

impl RequestHeader for KnownVersions {
    type Shape = EntityTags;

    /// A weak tag matches like a strong one.
    async fn read(request: &Request, _: &mut RequestBody) -> poem::Result<Self> {
        let tags = tags(request, IF_NONE_MATCH).unwrap_or_default();
        if tags.contains(&"*") {
            return Ok(Self::Any);
        }
        let strong = |tag: &str| version(tag.strip_prefix("W/").unwrap_or(tag));
        Ok(Self::These(tags.into_iter().filter_map(strong).collect()))
    }
}

/// The tags of a header; `None` without the header. Tags of this server contain no comma.
fn tags(request: &Request, header: HeaderName) -> Option<Vec<&str>> {
    let mut values = request.headers().get_all(header).iter().peekable();
    values.peek()?;
    let texts = values.filter_map(|value| value.to_str().ok());
    Some(texts.flat_map(|text| text.split(',').map(str::trim)).collect())
}

/// Tags are compared character by character: `"03"` is not `"3"`.
fn version(tag: &str) -> Option<i64> {
    let version = tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok();
    version.filter(|version| self::tag(*version) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read<T: RequestHeader>(header: HeaderName, value: &str) -> T {
        let request = Request::builder().header(header, value).finish();
        let read = T::read(&request, &mut RequestBody::default()).await;
        read.unwrap_or_else(|error| panic!("{value}: {error}"))
    }

    #[tokio::test]
    async fn if_match_lists_the_expected_versions() {
        let expected = async |value| read::<ExpectedVersion>(IF_MATCH, value).await;
        let these = |versions: &[i64]| ExpectedVersion::OneOf(versions.to_vec());
        assert_eq!(expected("\"3\"").await, these(&[3]));
        assert_eq!(expected("\"3\", \"x\",\"4\"").await, these(&[3, 4]));
        assert_eq!(expected("*").await, ExpectedVersion::Any);
        for none in ["W/\"3\"", "3", "\"\"", "", "\"03\"", "\"+3\"", "\" 3\""] {
            assert_eq!(expected(none).await, these(&[]), "{none}");
        }
        let other = read::<ExpectedVersion>(IF_NONE_MATCH, "\"3\"").await;
        assert_eq!(other, ExpectedVersion::Any, "there is no such header");
    }

    #[tokio::test]
    async fn if_none_match_compares_weakly() {
        let knows = async |value| read::<KnownVersions>(IF_NONE_MATCH, value).await.hold(3);
        for known in ["\"3\"", "W/\"3\"", "\"2\", \"3\"", "*"] {
            assert!(knows(known).await, "{known}");
        }
        for unknown in ["\"2\"", "3", "\"03\"", ""] {
            assert!(!knows(unknown).await, "{unknown}");
        }
    }
}
