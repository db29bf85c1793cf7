//! Text that a person wrote: kept byte for byte, measured in Unicode scalar values.

use super::field::FieldError;

/// Text that is not blank, holds no U+0000 and has at most `MAX` characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// The most characters that fit.
    pub const MAX: usize = MAX;

    /// Accepts the text as it stands, or says what is wrong with it.
    pub fn new(text: String) -> Result<Self, FieldError> {
        if text.trim().is_empty() {
            return Err(FieldError::Blank);
        }
        check_kept(&text, MAX)?;
        Ok(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// What holds for every text that is kept, a blank one too.
pub fn check_kept(text: &str, max: usize) -> Result<(), FieldError> {
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
    fn text_is_kept_byte_for_byte() {
        assert_eq!(Short::new(" é ".to_owned()).unwrap().as_str(), " é ");
    }

    #[test]
    fn length_counts_scalar_values_not_bytes() {
        assert!(Short::new("日本語".to_owned()).is_ok());
        assert_eq!(
            Short::new("日本語!".to_owned()),
            Err(FieldError::TooLong(3))
        );
    }

    #[test]
    fn blank_and_null_characters_are_refused() {
        assert_eq!(Short::new(" \t".to_owned()), Err(FieldError::Blank));
        assert_eq!(
            Short::new("a\0".to_owned()),
            Err(FieldError::NullCharacters)
        );
    }
}
