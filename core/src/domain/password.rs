//! Passwords: what is accepted, and what is kept of them.

use std::fmt;

use super::field::FieldError;
use super::user::Username;

/// The most common passwords of eight characters and more, one a line.
const COMMON: &str = include_str!("common_passwords.txt");

/// A password as somebody typed it; it never appears in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// The fewest characters of a new password.
    pub const MIN: usize = 8;
    /// The most characters: hashing an endless one would be an attack.
    pub const MAX: usize = 1_000;

    /// A password that somebody offers, good or not.
    #[must_use]
    pub fn offered(text: String) -> Self {
        Self(text)
    }

    /// A password that somebody wants to have from now on.
    pub fn chosen(text: String, username: &Username) -> Result<Self, FieldError> {
        super::text::check_kept(&text, Self::MAX)?;
        if text.chars().count() < Self::MIN {
            return Err(FieldError::TooShort(Self::MIN));
        }
        let lower = text.to_lowercase();
        if lower == username.as_str().to_lowercase() {
            return Err(FieldError::PasswordIsUsername);
        }
        if COMMON.lines().any(|common| common == lower) {
            return Err(FieldError::PasswordTooCommon);
        }
        Ok(Self(text))
    }

    /// The password itself, for hashing alone.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// What is kept of a password: a PHC string.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(text: &str) -> Result<Password, FieldError> {
        Password::chosen(
            text.to_owned(),
            &Username::new("robin.hood".to_owned()).unwrap(),
        )
    }

    #[test]
    fn short_common_and_own_name_are_refused() {
        assert_eq!(choose("seven77"), Err(FieldError::TooShort(8)));
        assert_eq!(choose("Password1"), Err(FieldError::PasswordTooCommon));
        assert_eq!(choose("Robin.Hood"), Err(FieldError::PasswordIsUsername));
        assert!(choose("sherwood forest").is_ok());
    }

    #[test]
    fn a_password_does_not_show_itself() {
        assert!(!format!("{:?}", choose("sherwood forest").unwrap()).contains("sherwood"));
    }
}
