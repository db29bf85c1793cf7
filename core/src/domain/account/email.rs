//! E-mail addresses.

use crate::domain::field::FieldError;
use crate::domain::text::check_kept;

/// What may stand in the part before the `@` besides letters and digits (RFC 5322, section 3.2.3).
const SIGNS: &str = "!#$%&'*+-/=?^_`{|}~";

/// The one domain that needs no dot.
const LOCALHOST: &str = "localhost";

/// An address, or nothing. Whether mail arrives there, nobody knows before it is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// The most characters of an address.
    pub const MAX: usize = 254;

    /// Accepts an address as people have them, without comments and quotes, or an empty text.
    pub fn new(text: String) -> Result<Self, FieldError> {
        check_kept(&text, Self::MAX)?;
        if text.is_empty() || is_address(&text) {
            Ok(Self(text))
        } else {
            Err(FieldError::NotAnEmail)
        }
    }

    /// The address, possibly empty.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_address(text: &str) -> bool {
    text.rsplit_once('@')
        .is_some_and(|(local, domain)| is_local(local) && is_domain(domain))
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
    fn an_address_has_something_on_both_sides_of_its_at() {
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
    fn it_is_not_endless_and_holds_no_null() {
        let long = format!("ann@{}.org", "x".repeat(250));
        assert_eq!(Email::new(long), Err(FieldError::TooLong(254)));
        let null = Email::new("a\0@example.org".to_owned());
        assert_eq!(null, Err(FieldError::NullCharacters));
    }
}
