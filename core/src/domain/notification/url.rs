//! Where a notification leads.

use crate::domain::field::FieldError;
use crate::domain::text::{Text, text_accessors};

/// The page that a notification leads to: an `http` or `https` URL, or an absolute path of the site that shows
/// it. Browsers read `//host` and `/\host` as other sites and skip control characters, so neither is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationUrl(String);

impl NotificationUrl {
    /// The maximum length in characters.
    pub const MAX: usize = 2_000;

    /// Checks the URL.
    ///
    /// # Errors
    ///
    /// Those of [`Text::new`], and [`FieldError::NotAUrl`].
    pub fn new(url: String) -> Result<Self, FieldError> {
        let url = Text::<{ Self::MAX }>::new(url)?.into_string();
        let has_forbidden = url.contains(|c: char| c == '\\' || c.is_control());
        if has_forbidden || !(is_absolute_path(&url) || is_http(&url)) {
            return Err(FieldError::NotAUrl);
        }
        Ok(Self(url))
    }

    /// The URL that a store has kept.
    pub fn restore(url: String) -> Self {
        Self(url)
    }
}

text_accessors!(NotificationUrl);

fn is_absolute_path(url: &str) -> bool {
    url.starts_with('/') && !url.starts_with("//")
}

/// Whether the URL has one of the schemes, which are case-insensitive (RFC 3986, section 3.1), and a host.
fn is_http(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let has_scheme = ["http", "https"].iter().any(|known| known.eq_ignore_ascii_case(scheme));
    has_scheme && !rest.is_empty() && !rest.starts_with(['/', '?', '#'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn new(url: &str) -> Result<NotificationUrl, FieldError> {
        NotificationUrl::new(url.to_owned())
    }

    #[test]
    fn web_addresses_and_absolute_paths_are_accepted_byte_for_byte() {
        for url in [
            "https://example.org",
            "http://localhost:8000/a?b=//c#d",
            "HTTPS://example.org/\u{65e5}\u{672c}",
            "/",
            "/clients/7/?tab=visa#notes",
            "/a//b",
        ] {
            assert_eq!(new(url).map(NotificationUrl::into_string), Ok(url.to_owned()));
        }
    }

    #[test]
    fn other_schemes_and_disguised_hosts_are_refused() {
        for url in [
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://example.org/",
            "//example.org",
            "/\\example.org",
            "/\t/example.org",
            "https:\\\\example.org",
            "https://exam\nple.org",
            "/a\u{85}",
            "https:example.org",
            "https://",
            "https:///example.org",
            "https://?q",
            " https://example.org",
            "clients/7/",
            "?q",
            "example.org",
        ] {
            assert_eq!(new(url), Err(FieldError::NotAUrl), "{url:?}");
        }
        assert_eq!(new(" "), Err(FieldError::Blank));
        assert_eq!(new("/a\0"), Err(FieldError::NullCharacters));
    }

    #[test]
    fn url_has_at_most_2000_characters() {
        let url = |length: usize| format!("/{}", "\u{65e5}".repeat(length - 1));
        assert!(new(&url(2_000)).is_ok());
        assert_eq!(new(&url(2_001)), Err(FieldError::TooLong(2_000)));
    }

    proptest! {
        /// As a browser does (WHATWG URL, section 4.4): it removes tabs and line breaks, and reads `\` as `/`.
        #[test]
        fn no_accepted_url_leaves_the_web_or_hides_its_host(
            url in r"(/|//|https?:|HTTP://|javascript:|)[/\\\t\n a-z:?#.]{0,12}",
        ) {
            let Ok(url) = new(&url) else { return Ok(()) };
            let seen = url.as_str().replace(['\t', '\n', '\r'], "").replace('\\', "/");
            prop_assert_eq!(&seen, url.as_str());
            let seen = seen.to_lowercase();
            let is_web = seen.starts_with("http://") || seen.starts_with("https://");
            prop_assert!(is_web || seen.starts_with('/'));
            prop_assert!(!seen.starts_with("//"));
        }
    }
}
