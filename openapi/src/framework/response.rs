//! Responses that several resources share.

use poem_openapi::ApiResponse;
use poem_openapi::types::Type;
use serde::Serialize;

use crate::framework::payload::Json;
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
