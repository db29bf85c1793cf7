//! Content Security Policy (level 3).

use poem::http::HeaderValue;

/// The sources that a page may use, by kind; all others are refused. Scripts come from files of the server only.
#[derive(Debug, Clone, Copy)]
pub struct ContentPolicy {
    /// Servers that the page may call.
    pub connections: &'static str,
    /// Style sheets, and style that scripts put in.
    pub styles: &'static str,
    pub images: &'static str,
    /// Scripts in the background.
    pub workers: &'static str,
}

impl ContentPolicy {
    /// A page that uses files of the server and nothing else.
    pub const PAGE: Self =
        Self { connections: "'self'", styles: "'self'", images: "'self'", workers: "'none'" };

    /// For responses that are no pages: a browser loads and runs nothing in them.
    pub(crate) const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";

    #[must_use]
    pub fn header(&self) -> HeaderValue {
        let Self { connections, styles, images, workers } = self;
        let policy = format!(
            "default-src 'none'; script-src 'self'; connect-src {connections}; \
             style-src {styles}; img-src {images}; worker-src {workers}; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        // Sources are written in this program, in ASCII.
        HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static(Self::NO_PAGE))
    }
}
