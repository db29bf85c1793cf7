use poem_openapi::types::{ParseError, ParseFromParameter, ParseResult};

use crate::framework::described;

/// An id in a path. Any other text is a 404, not a 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RecordId(i64);

impl RecordId {
    /// As the id of a kind of record.
    pub(crate) fn to<T>(self, id: impl FnOnce(i64) -> T) -> T {
        id(self.0)
    }
}

described!(RecordId, "RecordId", i64::schema_ref());

impl ParseFromParameter for RecordId {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
        let id = value.parse().ok().filter(|_| is_number);
        id.map(Self).ok_or_else(|| ParseError::custom("no id"))
    }
}
