//! Texts of users: stored byte for byte, measured in Unicode scalar values.

use super::field::FieldError;

/// A text that has no U+0000 and at most `MAX` characters, and is not blank unless `MAY_BE_BLANK`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text<const MAX: usize, const MAY_BE_BLANK: bool = false>(String);

impl<const MAX: usize> Default for Text<MAX, true> {
    fn default() -> Self {
        Self(String::new())
    }
}

impl<const MAX: usize, const MAY_BE_BLANK: bool> Text<MAX, MAY_BE_BLANK> {
    /// The maximum length in characters.
    pub const MAX: usize = MAX;

    /// Checks the text.
    ///
    /// # Errors
    ///
    /// [`FieldError::Blank`] unless `MAY_BE_BLANK`, and those of [`check_text`].
    pub fn new(text: String) -> Result<Self, FieldError> {
        if !MAY_BE_BLANK && text.trim().is_empty() {
            return Err(FieldError::Blank);
        }
        check_text(&text, MAX)?;
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// The accessors of a type that holds a checked text.
macro_rules! text_accessors {
    ($name:ident) => {
        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, owned.
            pub fn into_string(self) -> String {
                self.0
            }
        }
    };
}

pub(crate) use text_accessors;

/// Checks what holds for every stored text, blank or not.
///
/// # Errors
///
/// [`FieldError::NullCharacters`], and [`FieldError::TooLong`] for more than `max` characters.
pub fn check_text(text: &str, max: usize) -> Result<(), FieldError> {
    if text.contains('\0') {
        return Err(FieldError::NullCharacters);
    }
    if text.chars().count() > max {
        return Err(FieldError::TooLong(max));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Short = Text<3>;

    #[test]
    fn text_keeps_its_bytes() {
        assert_eq!(Short::new(" é ".to_owned()).unwrap().as_str(), " é ");
    }

    #[test]
    fn text_length_is_counted_in_scalar_values() {
        assert!(Short::new("日本語".to_owned()).is_ok());
        assert_eq!(Short::new("日本語!".to_owned()), Err(FieldError::TooLong(3)));
    }

    #[test]
    fn blank_text_and_null_characters_are_refused() {
        assert_eq!(Short::new(" \t".to_owned()), Err(FieldError::Blank));
        assert_eq!(Short::new("a\0".to_owned()), Err(FieldError::NullCharacters));
    }

    #[test]
    fn text_that_may_be_blank_keeps_its_other_bounds() {
        type Optional = Text<3, true>;
        assert_eq!(Optional::new(" ".to_owned()).unwrap().as_str(), " ");
        assert_eq!(Optional::new(String::new()), Ok(Optional::default()));
        assert_eq!(Optional::new("\0".to_owned()), Err(FieldError::NullCharacters));
        assert_eq!(Optional::new("    ".to_owned()), Err(FieldError::TooLong(3)));
    }
}
