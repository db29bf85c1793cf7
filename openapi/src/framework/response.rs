//! Responses that several resources share.

use poem::Request;
use poem::http::HeaderValue;
use poem_openapi::ApiResponse;
use poem_openapi::registry::MetaSchemaRef;
use poem_openapi::types::Type;
use serde::Serialize;

use crate::framework::header::{ResponseHeader, WithHeader};
use crate::framework::payload::Json;
use crate::framework::query::Url;
use crate::problem::Problem;

/// The outcome of an operation that returns JSON.
pub(crate) type JsonResult<T, E = Problem> = Result<Json<T>, E>;

/// Response to a creation.
#[derive(ApiResponse)]
pub(crate) enum Created<T: Type + Serialize> {
    /// The created resource.
    #[oai(status = 201)]
    Created(Json<T>),
}

impl<T: Type + Serialize> Created<T> {
    pub(crate) fn of(value: T) -> Self {
        Self::Created(Json(value))
    }
}

/// A response with the URL of the resource that it created.
pub(crate) type Located<R> = WithHeader<Location, R>;

pub(crate) struct Location;

impl ResponseHeader for Location {
    const NAME: &'static str = "Location";
    const DESCRIPTION: &'static str = "URL of the created resource.";
    const IS_ALWAYS_THERE: bool = true;

    fn schema() -> MetaSchemaRef {
        Url::schema_ref()
    }
}

impl<T: Type + Serialize> Located<Created<T>> {
    /// The response to the creation of the resource at this path.
    pub(crate) fn at(request: &Request, path: &str, value: T) -> Self {
        Self::new(Created::of(value), HeaderValue::try_from(Url::of(request, path).0).ok())
    }
}

/// Response of a list without pages.
#[derive(ApiResponse)]
pub(crate) enum Unpaged<T: Type + Serialize> {
    /// At most 1,000 items and about 8 MiB.
    #[oai(status = 200)]
    Found(Json<Vec<T>>),
}

impl<T: Type + Serialize> Unpaged<T> {
    pub(crate) fn of(values: impl Iterator<Item = T>) -> Self {
        Self::Found(Json(values.collect()))
    }
}

/// Response to a deletion.
#[derive(ApiResponse)]
pub(crate) enum Deleted {
    /// Deleted. No body.
    #[oai(status = 204)]
    Deleted,
}
