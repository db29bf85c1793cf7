//! E-mail addresses.

use crate::domain::field::FieldError;
use crate::domain::text::{check_text, text_accessors};

/// The signs that the part before the `@` may contain besides letters and digits (RFC 5322, section 3.2.3).
const SIGNS: &str = "!#$%&'*+-/=?^_`{|}~";

/// The only domain without a dot.
const LOCALHOST: &str = "localhost";

/// An e-mail address or an empty text. Only the form is checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// The maximum length in characters.
    pub const MAX: usize = 254;

    /// Accepts an address without comments and quotes, or an empty text.
    ///
    /// # Errors
    ///
    /// [`FieldError::NotAnEmail`], and those of [`check_text`].
    pub fn new(text: String) -> Result<Self, FieldError> {
        check_text(&text, Self::MAX)?;
        if text.is_empty() || is_address(&text) {
            Ok(Self(text))
        } else {
            Err(FieldError::NotAnEmail)
        }
    }
}

text_accessors!(Email);

fn is_address(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| is_local(local) && is_domain(domain))
}

fn is_local(text: &str) -> bool {
    let is_word = |word: &str| {
        let is_known = |c: char| c.is_alphanumeric() || SIGNS.contains(c);
        !word.is_empty() && word.chars().all(is_known)
    };
    text.split('.').all(is_word)
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        let is_inside = !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
        is_inside && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let is_named = text.contains('.') || text.eq_ignore_ascii_case(LOCALHOST);
    is_named && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn email_needs_a_local_part_and_a_domain() {
        for good in [
            "",
            "ann@example.org",
            "a.n+n_3@mail.example.co.uk",
            "o'neill@example.org",
            "root@localhost",
            "zoë@bücher.example",
        ] {
            assert!(Email::new(good.to_owned()).is_ok(), "{good}");
        }
        for bad in [
            "ann",
            "@example.org",
            "ann@",
            "ann@example",
            "ann@@example.org",
            "a@b@example.org",
            "ann hill@example.org",
            " ann@example.org",
            "ann@example.org\n",
            ".ann@example.org",
            "a..n@example.org",
            "ann@.org",
            "ann@example..org",
            "ann@-example.org",
            "ann@exa_mple.org",
            "Ann <ann@example.org>",
        ] {
            let refused = Email::new(bad.to_owned());
            assert_eq!(refused, Err(FieldError::NotAnEmail), "{bad:?}");
        }
    }

    #[test]
    fn long_email_and_null_characters_are_refused() {
        let long = format!("ann@{}.org", "x".repeat(250));
        assert_eq!(Email::new(long), Err(FieldError::TooLong(254)));
        let null = Email::new("a\0@example.org".to_owned());
        assert_eq!(null, Err(FieldError::NullCharacters));
    }
}
