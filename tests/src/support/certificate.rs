//! A certificate of the test's own, made by `openssl`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// A key, and the certificate of `localhost` that is signed with it: whoever is to believe it must be
/// told so.
pub struct Certificate {
    dir: TempDir,
}

impl Certificate {
    /// One that is good from now on, for so many days.
    pub fn of_localhost(days: u32) -> Self {
        // It is believed itself, and believes nobody.
        Self::of(days, "basicConstraints=critical,CA:FALSE")
    }

    /// The same, but of an authority, as `openssl req -x509` makes it unless told otherwise.
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

    /// Where the certificate is.
    pub fn path(&self) -> PathBuf {
        self.dir.path().join("cert.pem")
    }

    /// Where its key is.
    pub fn key(&self) -> PathBuf {
        self.dir.path().join("key.pem")
    }

    /// The certificate and the key, each by the name of its file.
    pub fn files(&self) -> [(&'static str, String); 2] {
        ["cert.pem", "key.pem"].map(|name| {
            let text = fs::read_to_string(self.dir.path().join(name));
            (name, text.expect("openssl made it"))
        })
    }
}
