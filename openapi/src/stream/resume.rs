//! The cursor after which a stream resumes.

use poem::http::HeaderValue;
use poem::{Request, RequestBody};

use crate::framework::header::{Header, RequestHeader};
use crate::framework::query::shape::Cursor;

/// The cursor of a client that reconnects.
pub(super) type LastEventId = Header<CursorHeader>;

/// The value of the header, if there is one.
pub(super) struct CursorHeader(Option<HeaderValue>);

impl RequestHeader for CursorHeader {
    type Shape = Cursor;

    async fn read(request: &Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self(request.headers().get("Last-Event-ID").cloned()))
    }
}

impl CursorHeader {
    /// The cursor after which the stream resumes. The header takes precedence over the query, because a browser
    /// reconnects to the same URL. Without a valid cursor the stream begins with new events.
    pub(super) fn or(&self, query: Option<&str>) -> Option<i64> {
        match &self.0 {
            Some(value) => value.to_str().ok().and_then(parse),
            None => query.and_then(parse),
        }
    }
}

/// A number out of range is a cursor ahead of the log.
fn parse(text: &str) -> Option<i64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fixtures::cases;

    #[test]
    fn cursor_is_a_non_negative_decimal() {
        assert_eq!(parse("0"), Some(0));
        assert_eq!(parse("0042"), Some(42));
        assert_eq!(parse("99999999999999999999"), Some(i64::MAX));
        for none in ["", "-1", "+1", "1.0", "x", " 1", "٣"] {
            assert_eq!(parse(none), None, "{none}");
        }
    }

    #[test]
    fn header_takes_precedence_over_query() {
        let with = |header| CursorHeader(Some(HeaderValue::from_static(header)));
        assert_eq!(with("7").or(Some("3")), Some(7));
        assert_eq!(with("x").or(Some("3")), None);
        assert_eq!(CursorHeader(None).or(Some("3")), Some(3));
        assert_eq!(CursorHeader(None).or(None), None);
    }

    /// A reference parser, independent of the one under test.
    fn cursor(text: &[u8]) -> Option<i64> {
        let digits = text.iter().map(|byte| match byte {
            b'0'..=b'9' => Some(i64::from(byte - b'0')),
            _ => None,
        });
        let digits: Vec<_> = digits.collect::<Option<_>>()?;
        let first = *digits.first()?;
        let rest = digits[1..].iter();
        Some(rest.fold(first, |value, digit| value.saturating_mul(10).saturating_add(*digit)))
    }

    /// Texts up to the most bytes of a request's head.
    fn texts() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            prop::collection::vec(any::<u8>(), 0..16_384),
            prop::collection::vec(any::<u8>(), 0..24),
            prop::collection::vec(b'0'..=b'9', 0..16_384),
            prop::collection::vec(b'0'..=b'9', 0..24),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(cases(128, 6_400)))]

        #[test]
        fn arbitrary_text_parses_as_the_reference_does(text in texts()) {
            if let Ok(value) = HeaderValue::from_bytes(&text) {
                prop_assert_eq!(CursorHeader(Some(value)).or(Some("3")), cursor(&text));
            }
            if let Ok(query) = std::str::from_utf8(&text) {
                prop_assert_eq!(CursorHeader(None).or(Some(query)), cursor(&text));
            }
        }
    }
}
