//! Headers of requests and responses.

mod answer;
mod request;

pub(crate) use answer::{AnswerHeader, WithHeader};
pub(crate) use request::{Header, RequestHeader};
