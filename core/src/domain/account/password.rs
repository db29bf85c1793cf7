//! Passwords, the policy for new ones, and hashes.

use std::fmt;

use crate::domain::field::FieldError;

/// The most common passwords of at least eight characters, in lower case, one per line, sorted by bytes.
/// Most are the first 5,000 that fit from the frequency list of zxcvbn 4.5.0 (MIT, see NOTICE); the others
/// are patterns of keyboards and digits.
const COMMON: &str = include_str!("common_passwords.txt");

/// A password in plain text; `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// The minimum length of a new password in characters.
    pub const MIN: usize = 8;
    /// The maximum length in characters, which bounds the cost of hashing.
    pub const MAX: usize = 1_000;

    /// A password that a client sent, unchecked.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The plain text, for hashing only.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A password that meets the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPassword(Password);

impl NewPassword {
    /// Checks a password against the policy.
    ///
    /// # Errors
    ///
    /// [`FieldError::TooShort`], [`FieldError::Blank`], [`FieldError::PasswordIsUsername`],
    /// [`FieldError::PasswordTooCommon`], and those of `check_text`.
    pub fn new(offered: Password, username: &str) -> Result<Self, FieldError> {
        let text = offered.reveal();
        crate::domain::text::check_text(text, Password::MAX)?;
        if text.chars().count() < Password::MIN {
            return Err(FieldError::TooShort(Password::MIN));
        }
        // White space alone cannot be used to log in.
        if text.trim().is_empty() {
            return Err(FieldError::Blank);
        }
        let lower = text.to_lowercase();
        if lower == username.to_lowercase() {
            return Err(FieldError::PasswordIsUsername);
        }
        if COMMON.lines().any(|common| common == lower) {
            return Err(FieldError::PasswordTooCommon);
        }
        Ok(Self(offered))
    }

    /// The password, for hashing.
    pub fn into_password(self) -> Password {
        self.0
    }
}

/// The hash of a password: a PHC string. `Debug` does not show it.
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
        NewPassword::new(Password::new(text.to_owned()), "robin.hood")
    }

    #[test]
    fn short_long_common_passwords_and_the_username_are_refused() {
        assert_eq!(choose("seven77"), Err(FieldError::TooShort(8)));
        assert_eq!(choose(&" ".repeat(12)), Err(FieldError::Blank));
        assert_eq!(choose(&"x".repeat(1_001)), Err(FieldError::TooLong(1_000)));
        assert_eq!(choose("Password1"), Err(FieldError::PasswordTooCommon));
        assert_eq!(choose("Robin.Hood"), Err(FieldError::PasswordIsUsername));
        assert_eq!(choose("a\0 sherwood forest"), Err(FieldError::NullCharacters));
        assert!(choose("sherwood forest").is_ok());
        assert!(choose("日本語日本語日本").is_ok(), "characters count, not bytes");
    }

    #[test]
    fn common_list_has_at_least_three_thousand_passwords_that_fit_the_policy() {
        let lines = || COMMON.lines();
        assert!(lines().count() >= 3_000);
        assert!(lines().is_sorted_by(|one, next| one < next), "each once");
        for line in lines() {
            assert!(line.chars().count() >= Password::MIN, "{line}");
            assert_eq!(line, line.trim().to_lowercase());
        }
    }

    #[test]
    fn common_passwords_are_refused_in_any_case_and_similar_ones_are_not() {
        // From the beginning, the middle and the end of the list.
        let lines: Vec<_> = COMMON.lines().collect();
        for common in [lines[0], "brooklyn", "gateway1", "Dolphin2", lines[lines.len() - 1]] {
            assert_eq!(choose(common), Err(FieldError::PasswordTooCommon), "{common}");
            assert!(choose(&format!("{common}\u{10ffff}")).is_ok(), "{common}");
        }
        assert!(choose("password\npassword1").is_ok());
    }

    #[test]
    fn debug_does_not_show_a_password() {
        let chosen = choose("sherwood forest").unwrap();
        assert!(!format!("{chosen:?}").contains("sherwood"));
    }
}
