use std::fmt;

use redis::io::tcp::TcpSettings;
use redis::{Client, ConnectionAddr, IntoConnectionInfo as _, ProtocolVersion};
use rustls::crypto::ring;

/// The address of a Redis. It may hold a password, so it has no readable `Debug`.
#[derive(Clone)]
pub struct Target(Client);

impl Target {
    /// Parses `redis://[USER:PASSWORD@]HOST[:PORT]`, `rediss://…` for TLS, and `unix:///PATH`. `None` for any
    /// other text, and for TLS without verification.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        let info = url.into_connection_info().ok()?;
        if let ConnectionAddr::TcpTls { insecure: true, .. } = info.addr() {
            return None;
        }
        // It may be installed already.
        let _ = ring::default_provider().install_default();
        let settings = info.redis_settings().clone();
        let info = info
            // Every server and proxy supports this version.
            .clone()
            .set_redis_settings(settings.set_protocol(ProtocolVersion::RESP2))
            .set_tcp_settings(TcpSettings::default().set_nodelay(true));
        Client::open(info).ok().map(Self)
    }

    pub(super) fn client(&self) -> &Client {
        &self.0
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Target(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_may_have_password_database_and_options() {
        for url in [
            "redis://localhost",
            "redis://:hunter2@localhost:6380/3",
            "rediss://me:hunter2@redis.example.org",
            "rediss://[::1]:6380?protocol=resp3",
            "unix:///run/redis.sock",
        ] {
            let target = Target::parse(url).unwrap_or_else(|| panic!("{url}"));
            assert!(!format!("{target:?}").contains("hunter2"), "{url}");
        }
    }

    #[test]
    fn other_url_and_unverified_tls_are_refused() {
        for url in [
            "",
            "localhost:6379",
            "http://localhost",
            "redis://",
            "redis://localhost:port",
            "redis://localhost/first",
            "rediss://localhost/#insecure",
        ] {
            assert!(Target::parse(url).is_none(), "{url}");
        }
    }
}
