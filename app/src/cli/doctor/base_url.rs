//! The URL of a deployment.

use std::net::IpAddr;

use http::Uri;

use crate::config;

/// A scheme, a host, and perhaps a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    /// Without a trailing slash.
    text: String,
    uri: Uri,
}

const MUST_BE: &str = "must be a URL such as https://tasks.example.org";

impl BaseUrl {
    /// Parses the argument. It must hold no secret.
    pub fn parse(text: &str) -> Result<Self, String> {
        let uri: Uri = text.parse().map_err(|_| MUST_BE.to_owned())?;
        let is_known = matches!(uri.scheme_str(), Some("http" | "https"));
        let authority = uri.authority().filter(|_| is_known).ok_or(MUST_BE)?;
        if authority.as_str().contains('@') || uri.query().is_some() {
            return Err("must have neither a user nor a query".to_owned());
        }
        Ok(Self { text: text.trim_end_matches('/').to_owned(), uri })
    }

    pub fn is_encrypted(&self) -> bool {
        self.uri.scheme_str() == Some("https")
    }

    pub fn is_this_machine(&self) -> bool {
        let host = self.uri.host().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// Whether a link of the server has the same origin and begins with the same path.
    pub fn leads_to(&self, url: &str) -> bool {
        let Ok(uri) = url.parse::<Uri>() else {
            return false;
        };
        let is_same = origin(&uri).is_some_and(|other| Some(other) == origin(&self.uri));
        is_same && uri.path().starts_with(self.folder())
    }

    fn folder(&self) -> &str {
        self.uri.path().trim_end_matches('/')
    }
}

impl std::fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// The origin of a URL, as browsers write it.
fn origin(uri: &Uri) -> Option<String> {
    config::origin(&format!("{}://{}", uri.scheme_str()?, uri.authority()?))
}

/// Scheme and host of a URL, without the parts that may be secret.
pub fn shown_origin(url: &str) -> String {
    let uri: Uri = url.parse().unwrap_or_default();
    match (uri.scheme_str(), uri.authority()) {
        (Some(scheme), Some(authority)) => {
            let host = authority.as_str().rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}")
        }
        _ => "another path".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str) -> BaseUrl {
        BaseUrl::parse(text).unwrap()
    }

    #[test]
    fn url_with_a_secret_or_without_a_host_is_refused() {
        for wrong in [
            "",
            "localhost",
            "localhost:8000",
            "/api/",
            "ftp://host",
            "https://",
            "https://ann:secret@host",
            "https://host/?token=secret",
        ] {
            let refused = BaseUrl::parse(wrong).unwrap_err();
            assert!(!refused.contains("secret"), "{refused}");
        }
        let url = base("https://host/leopard/").url("/health/");
        assert_eq!(url, "https://host/leopard/health/");
    }

    #[test]
    fn loopback_names_are_this_machine() {
        for here in ["http://localhost:1", "http://127.0.0.9:1", "https://[::1]:1/"] {
            assert!(base(here).is_this_machine(), "{here}");
        }
        assert!(!base("http://192.0.2.1").is_this_machine());
    }

    #[test]
    fn link_leads_to_the_same_origin_and_folder() {
        let deployment = base("https://host/leopard");
        assert!(deployment.leads_to("https://HOST:443/leopard/api/v1/users/?page=2"));
        for elsewhere in [
            "http://host/leopard/api/",
            "https://host:8443/leopard/api/",
            "https://upstream/leopard/api/",
            "https://host/api/",
            "/leopard/api/",
        ] {
            assert!(!deployment.leads_to(elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn shown_origin_hides_secrets() {
        let shown = shown_origin("https://ann:secret@host:1/path?token=secret");
        assert_eq!(shown, "https://host:1");
        assert_eq!(shown_origin("/log_in"), "another path");
    }
}
