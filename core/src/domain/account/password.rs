//! Passwords: what is accepted, and what is kept of them.

use std::cmp::Ordering;
use std::fmt;

use crate::domain::field::FieldError;

/// The most common passwords of eight characters and more, in lower case, one a line, in the order of
/// their bytes. Most are the first 5,000 that fit of the frequency list of zxcvbn 4.5.0 (MIT, see
/// NOTICE); the others are patterns of the keyboard and of digits.
const COMMON: &str = include_str!("common_passwords.txt");

/// Whether this text is a line of [`COMMON`], by bisection: the list is searched as it is embedded.
fn is_common(lower: &str) -> bool {
    let mut rest = COMMON;
    while !rest.is_empty() {
        // The line that the middle belongs to. A line feed is never part of another character.
        let (left, right) = rest.as_bytes().split_at(rest.len() / 2);
        let start = left
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        let length = right.iter().position(|byte| *byte == b'\n');
        let end = length.map_or(rest.len(), |at| left.len() + at);
        match lower.cmp(&rest[start..end]) {
            Ordering::Equal => return true,
            Ordering::Less => rest = &rest[..start],
            Ordering::Greater => rest = rest.get(end + 1..).unwrap_or_default(),
        }
    }
    false
}

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
        crate::domain::text::check_kept(text, Password::MAX)?;
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
        if is_common(&lower) {
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

    #[test]
    fn common_list_holds_at_least_three_thousand_that_fit_the_policy() {
        let lines = || COMMON.lines();
        assert!(lines().count() >= 3_000);
        assert!(lines().is_sorted_by(|one, next| one < next), "each once");
        for line in lines() {
            assert!(line.chars().count() >= Password::MIN, "{line}");
            assert_eq!(line, line.to_lowercase());
        }
    }

    #[test]
    fn common_passwords_are_found_and_their_neighbours_are_not() {
        for line in COMMON.lines() {
            assert!(is_common(line), "{line}");
            let neighbours = [
                format!("{line}\u{0}"),
                format!("{line}\u{10ffff}"),
                format!("\u{1}{line}"),
            ];
            assert!(!neighbours.iter().any(|text| is_common(text)), "{line}");
        }
        for strange in [
            "",
            "\n",
            "password\npassword1",
            "zzzzzzzzzzzzzzzzz\u{10ffff}",
        ] {
            assert!(!is_common(strange), "{strange:?}");
        }
        // Common ones that a list of 1,341 did not have.
        for common in ["brooklyn", "gateway1", "dolphin2"] {
            assert_eq!(
                choose(common),
                Err(FieldError::PasswordTooCommon),
                "{common}"
            );
        }
    }

    #[test]
    fn a_password_does_not_show_itself() {
        let chosen = choose("sherwood forest").unwrap();
        assert!(!format!("{chosen:?}").contains("sherwood"));
    }
}
