//! Self-signed certificates, created by `openssl`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// A key and a self-signed certificate of `localhost`, which clients must be configured to trust.
pub struct Certificate {
    dir: TempDir,
}

impl Certificate {
    pub fn of_localhost(days: u32) -> Self {
        Self::of(days, "basicConstraints=critical,CA:FALSE")
    }

    /// The same of a certificate authority, as `openssl req -x509` creates it by default.
    pub fn of_an_authority(days: u32) -> Self {
        Self::of(days, "basicConstraints=critical,CA:TRUE")
    }

    fn of(days: u32, constraints: &str) -> Self {
        let dir = TempDir::new().expect("a temporary directory");
        let days = days.to_string();
        let made = Command::new("openssl")
            .args(["req", "-x509", "-nodes", "-newkey", "ec"])
            .args(["-pkeyopt", "ec_paramgen_curve:prime256v1"])
            .args(["-subj", "/CN=Leopard's tests", "-days", &days])
            .args(["-addext", "subjectAltName=DNS:localhost"])
            .args(["-addext", constraints])
            .args(["-keyout", "key.pem", "-out", "cert.pem"])
            .current_dir(dir.path())
            .output()
            .expect("openssl (package openssl) is installed");
        assert!(made.status.success(), "{made:?}");
        Self { dir }
    }

    pub fn path(&self) -> PathBuf {
        self.dir.path().join("cert.pem")
    }

    pub fn key(&self) -> PathBuf {
        self.dir.path().join("key.pem")
    }

    /// The certificate and the key with their file names.
    pub fn files(&self) -> [(&'static str, String); 2] {
        ["cert.pem", "key.pem"].map(|name| {
            let text = fs::read_to_string(self.dir.path().join(name));
            (name, text.expect("openssl made it"))
        })
    }
}
