//! What other systems say, for themselves to understand.

use super::field::FieldError;

/// A JSON object that nobody here looks into: kept as the text that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpaqueObject(String);

impl OpaqueObject {
    /// The most bytes of its text.
    pub const MAX: usize = 4 * 1024;

    /// Accepts the text of a JSON object, or says that it is too long.
    pub fn new(json: String) -> Result<Self, FieldError> {
        if json.len() > Self::MAX {
            return Err(FieldError::TooLarge(Self::MAX));
        }
        Ok(Self(json))
    }

    /// The object without a member.
    #[must_use]
    pub fn empty() -> Self {
        Self("{}".to_owned())
    }

    /// The text, as a store remembers it.
    #[must_use]
    pub fn restore(json: String) -> Self {
        Self(json)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
