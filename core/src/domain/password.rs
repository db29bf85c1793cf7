//! Passwords: what is accepted, and what is kept of them.

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use super::field::FieldError;

/// The most common passwords of eight characters and more, in lower case.
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

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

/// A password that somebody may have from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPassword(Password);

impl NewPassword {
    /// Accepts what this user offers, or says what is wrong with it.
    pub fn new(offered: Password, username: &str) -> Result<Self, FieldError> {
        let text = offered.reveal();
        super::text::check_kept(text, Password::MAX)?;
        if text.chars().count() < Password::MIN {
            return Err(FieldError::TooShort(Password::MIN));
        }
        // Nobody can log in with nothing but white space.
        if text.trim().is_empty() {
            return Err(FieldError::Blank);
        }
        let lower = text.to_lowercase();
        if lower == username.to_lowercase() {
            return Err(FieldError::PasswordIsUsername);
        }
        if COMMON.contains(lower.as_str()) {
            return Err(FieldError::PasswordTooCommon);
        }
        Ok(Self(offered))
    }

    /// The password, to be hashed.
    #[must_use]
    pub fn into_password(self) -> Password {
        self.0
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

    fn choose(text: &str) -> Result<NewPassword, FieldError> {
        NewPassword::new(Password::offered(text.to_owned()), "robin.hood")
    }

    #[test]
    fn short_long_common_and_own_name_are_refused() {
        assert_eq!(choose("seven77"), Err(FieldError::TooShort(8)));
        assert_eq!(choose(&" ".repeat(12)), Err(FieldError::Blank));
        assert_eq!(choose(&"x".repeat(1_001)), Err(FieldError::TooLong(1_000)));
        assert_eq!(choose("Password1"), Err(FieldError::PasswordTooCommon));
        assert_eq!(choose("Robin.Hood"), Err(FieldError::PasswordIsUsername));
        assert_eq!(
            choose("a\0 sherwood forest"),
            Err(FieldError::NullCharacters)
        );
        assert!(choose("sherwood forest").is_ok());
        assert!(
            choose("日本語日本語日本").is_ok(),
            "characters count, not bytes"
        );
    }

    /// One that could not be chosen anyway, or is no lower case, would be there for nothing.
    #[test]
    fn the_list_of_common_ones_holds_what_can_be_looked_up() {
        let lines = include_str!("common_passwords.txt").lines();
        assert!(lines.clone().is_sorted());
        assert_eq!(lines.clone().count(), COMMON.len(), "each is there once");
        assert!(COMMON.len() > 500);
        for line in lines {
            assert!(line.chars().count() >= Password::MIN, "{line}");
            assert_eq!(line, line.to_lowercase());
        }
    }

    #[test]
    fn a_password_does_not_show_itself() {
        let chosen = choose("sherwood forest").unwrap();
        assert!(!format!("{chosen:?}").contains("sherwood"));
    }
}
