//! Origins (RFC 6454) as browsers write them.

use std::net::Ipv6Addr;

use http::Uri;
use http::uri::Authority;

/// Normalizes an origin as browsers send it: in lower case, without the default port of the scheme.
/// `None` if the text is more than scheme, host and port, or has another scheme than HTTP.
pub fn origin(text: &str) -> Option<String> {
    let uri: Uri = text.parse().ok()?;
    let scheme = uri.scheme_str()?;
    let implied = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let authority = uri.authority()?;
    let host = host(authority.host())?;
    // An address bar shows a slash at the end; the parser drops a fragment.
    let is_bare = uri.path() == "/" && uri.query().is_none() && !text.contains(['@', '#']);
    let port = port(authority, implied)?;
    is_bare.then(|| {
        if port == implied {
            format!("{scheme}://{host}")
        } else {
            format!("{scheme}://{host}:{port}")
        }
    })
}

fn host(text: &str) -> Option<String> {
    if let Some(address) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let address: Ipv6Addr = address.parse().ok()?;
        return Some(format!("[{address}]"));
    }
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    (!text.is_empty() && text.bytes().all(is_name)).then(|| text.to_ascii_lowercase())
}

/// The port, or the default port if there is none.
fn port(authority: &Authority, implied: u16) -> Option<u16> {
    let after_host = authority.as_str().strip_prefix(authority.host())?;
    if after_host.is_empty() {
        return Some(implied);
    }
    let digits = after_host.strip_prefix(':')?;
    digits.parse().ok().filter(|port| *port > 0)
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn origin_is_normalized_as_browsers_send_it() {
        for (text, written) in [
            ("https://app.example", "https://app.example"),
            ("https://App.Example/", "https://app.example"),
            ("HTTPS://app.example:443", "https://app.example"),
            ("http://localhost:80", "http://localhost"),
            ("https://app.example:80", "https://app.example:80"),
            ("http://[::0001]:5173", "http://[::1]:5173"),
            ("http://10.0.0.7:8080", "http://10.0.0.7:8080"),
        ] {
            assert_eq!(origin(text).as_deref(), Some(written), "{text}");
        }
    }

    #[test]
    fn invalid_origin_is_refused() {
        for text in [
            "",
            "*",
            "null",
            "app.example",
            "//app.example",
            "ftp://app.example",
            "https://",
            "https://*.example",
            "https://me@app.example",
            "https://me:secret@app.example",
            "https://app.example/path",
            "https://app.example//",
            "https://app.example?x",
            "https://app.example#x",
            "https://app.example:",
            "https://app.example:0",
            "https://app.example:65536",
            "https://app.example:x",
            "https://[::1",
            "https://[nine]",
            "https://ä.example",
            "https://app example",
        ] {
            assert_eq!(origin(text), None, "{text}");
        }
    }
}
