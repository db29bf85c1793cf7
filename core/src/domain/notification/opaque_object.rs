//! JSON objects of other systems.

use crate::domain::field::FieldError;

/// A JSON object that is stored as the text that was sent and never interpreted. The default is `{}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpaqueObject(String);

impl Default for OpaqueObject {
    fn default() -> Self {
        Self("{}".to_owned())
    }
}

impl OpaqueObject {
    /// The maximum size of the text in bytes.
    pub const MAX: usize = 4 * 1024;

    /// Accepts the text of a JSON object.
    ///
    /// # Errors
    ///
    /// [`FieldError::TooLarge`], and [`FieldError::NullCharacters`] if a string or a name contains U+0000.
    pub fn new(json: String) -> Result<Self, FieldError> {
        if json.len() > Self::MAX {
            return Err(FieldError::TooLarge(Self::MAX));
        }
        if holds_null_characters(&json) {
            return Err(FieldError::NullCharacters);
        }
        Ok(Self(json))
    }

    /// The object that a store has kept.
    pub fn restore(json: String) -> Self {
        Self(json)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a string in the JSON text contains U+0000, which JSON can write only as an escape.
fn holds_null_characters(json: &str) -> bool {
    let mut rest = json;
    while let Some((_, escape)) = rest.split_once('\\') {
        if escape.starts_with("u0000") {
            return true;
        }
        // An escaped backslash does not start another escape.
        let mut signs = escape.chars();
        signs.next();
        rest = signs.as_str();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_characters_in_json_are_refused() {
        for bad in [
            r#"{"a":"\u0000"}"#,
            r#"{"\u0000":1}"#,
            r#"{"a":[{"b":"\\\u0000"}]}"#,
            r#"{"a":"\n\u0000"}"#,
        ] {
            let refused = OpaqueObject::new(bad.to_owned());
            assert_eq!(refused, Err(FieldError::NullCharacters), "{bad}");
        }
        for good in
            [r#"{"a":"\\u0000"}"#, r#"{"a":"u0000"}"#, r#"{"a":"\u0001"}"#, r#"{"a":"\\"}"#, "{}"]
        {
            assert!(OpaqueObject::new(good.to_owned()).is_ok(), "{good}");
        }
    }

    #[test]
    fn object_has_at_most_4_kib() {
        let object = |length: usize| OpaqueObject::new("x".repeat(length));
        assert!(object(OpaqueObject::MAX).is_ok());
        let too_large = Err(FieldError::TooLarge(OpaqueObject::MAX));
        assert_eq!(object(OpaqueObject::MAX + 1), too_large);
    }
}
