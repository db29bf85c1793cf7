//! Headers of requests and responses.

mod request;
mod response;

pub(crate) use request::{Header, RequestHeader};
pub(crate) use response::{ResponseHeader, WithHeader};
