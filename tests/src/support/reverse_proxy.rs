//! An `nginx` in front of a server, correct except for the changes of a test.

use super::certificate::Certificate;
use super::leopard::Leopard;
use super::nginx::{Nginx, Port};

const RIGHT: &str = r#"
worker_processes 1;
events { }
http {
    log_format path '$remote_addr "$request_method $uri" $status';
    access_log access.log path;
    server {
        listen 127.0.0.1:PORT;
        location / {
            proxy_pass http://LEOPARD;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header X-Forwarded-Host $http_host;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_buffering off;
            proxy_read_timeout 1h;
        }
    }
}
"#;

pub struct ReverseProxy {
    configuration: String,
    files: Vec<(&'static str, String)>,
}

impl Default for ReverseProxy {
    fn default() -> Self {
        Self { configuration: RIGHT.to_owned(), files: vec![] }
    }
}

impl ReverseProxy {
    /// With this text replaced by another.
    #[must_use]
    pub fn but(mut self, this: &str, other: &str) -> Self {
        assert!(self.configuration.contains(this), "{this} is not in {RIGHT}");
        self.configuration = self.configuration.replace(this, other);
        self
    }

    /// With HTTPS and HTTP/2, by this certificate.
    #[must_use]
    pub fn with_tls(mut self, certificate: &Certificate) -> Self {
        self.files.extend(certificate.files());
        let tls = ":PORT ssl http2; ssl_certificate cert.pem; ssl_certificate_key key.pem;";
        self.but(":PORT;", tls)
    }

    /// Starts it in front of a server.
    pub async fn start(self, leopard: &Leopard) -> Nginx {
        let port = Port::reserve();
        let reverse_proxy = self
            .but("PORT", &port.number().to_string())
            .but("LEOPARD", &leopard.address().to_string());
        Nginx::start(&reverse_proxy.configuration, port, &reverse_proxy.files).await
    }
}
