//! Headers that operations read, and headers that answers have.

mod answer;
mod request;

pub(crate) use answer::{AnswerHeader, WithHeader};
pub(crate) use request::{Header, RequestHeader};
