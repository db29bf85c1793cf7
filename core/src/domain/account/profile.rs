//! The profile of a user.

use crate::domain::account::Email;
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::text::{check_text, text_accessors};

/// A given or a family name, possibly empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// The maximum length of a name in characters.
    pub const MAX: usize = 150;

    /// Accepts any text of at most 150 characters without U+0000.
    ///
    /// # Errors
    ///
    /// Those of [`check_text`].
    pub fn new(text: String) -> Result<Self, FieldError> {
        check_text(&text, Self::MAX)?;
        Ok(Self(text))
    }
}

text_accessors!(PersonName);

/// E-mail address and names; each may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    pub email: Email,
    pub first_name: PersonName,
    pub last_name: PersonName,
}

impl Profile {
    /// Checks all three texts.
    ///
    /// # Errors
    ///
    /// The errors of all fields at once.
    pub fn new(email: String, first_name: String, last_name: String) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let email = errors.note("email", Email::new(email));
        let first_name = errors.note("first_name", PersonName::new(first_name));
        let last_name = errors.note("last_name", PersonName::new(last_name));
        match (email, first_name, last_name) {
            (Some(email), Some(first_name), Some(last_name)) => {
                Ok(Self { email, first_name, last_name })
            }
            _ => Err(errors),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profile_reports_the_errors_of_all_fields() {
        let long = "x".repeat(151);
        let refused = Profile::new("nowhere".to_owned(), long, "a\0".to_owned());
        let mut errors = FieldErrors::of("email", FieldError::NotAnEmail);
        errors.add("first_name", FieldError::TooLong(150));
        errors.add("last_name", FieldError::NullCharacters);
        assert_eq!(refused, Err(errors));
    }
}
