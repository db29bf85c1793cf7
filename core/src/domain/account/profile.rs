//! What is known of a user as a person.

use crate::domain::account::Email;
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::text::check_kept;

/// A given or a family name, or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// The most characters of a name.
    pub const MAX: usize = 150;

    /// Accepts any text of at most 150 characters without U+0000.
    pub fn new(text: String) -> Result<Self, FieldError> {
        check_kept(&text, Self::MAX)?;
        Ok(Self(text))
    }

    /// The name, possibly empty.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a user tells about themselves; everything may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// Where mail is sent to.
    pub email: Email,
    /// Given name.
    pub first_name: PersonName,
    /// Family name.
    pub last_name: PersonName,
}

impl Profile {
    /// Accepts these texts, or says all that is wrong with them.
    pub fn new(email: String, first_name: String, last_name: String) -> Result<Self, FieldErrors> {
        let mut faults = FieldErrors::default();
        let email = faults.note("email", Email::new(email));
        let first_name = faults.note("first_name", PersonName::new(first_name));
        let last_name = faults.note("last_name", PersonName::new(last_name));
        match (email, first_name, last_name) {
            (Some(email), Some(first_name), Some(last_name)) => Ok(Self {
                email,
                first_name,
                last_name,
            }),
            _ => Err(faults),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let long = "x".repeat(151);
        let refused = Profile::new("nowhere".to_owned(), long, "a\0".to_owned());
        let mut faults = FieldErrors::of("email", FieldError::NotAnEmail);
        faults.add("first_name", FieldError::TooLong(150));
        faults.add("last_name", FieldError::NullCharacters);
        assert_eq!(refused, Err(faults));
    }
}
