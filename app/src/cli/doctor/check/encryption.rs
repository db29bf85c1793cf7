//! Whether others can read along, and whether browsers will go on believing the certificate.

use chrono::{DateTime, TimeDelta, Utc};

use crate::cli::doctor::base::BaseUrl;
use crate::cli::doctor::finding::Finding;

pub const CHECK: &str = "encryption";

/// A certificate that ends sooner should have been renewed.
const RENEWAL: TimeDelta = TimeDelta::days(14);

/// What was seen of the server's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Certificate {
    /// It is good until then, if it ends at all.
    Valid(Option<DateTime<Utc>>),
    Expired,
    NotValidYet,
    OfAnotherName,
    OfUnknownAuthority,
    /// Nobody but itself vouches for it.
    SelfSigned,
    /// It is bad in another way.
    Bad(String),
}

impl Certificate {
    /// Whether the rest of the deployment is looked at.
    pub fn is_accepted(&self) -> bool {
        matches!(self, Self::Valid(_) | Self::SelfSigned)
    }
}

/// Judges what was seen of the connection at this time; no certificate was seen without TLS.
pub fn judge(base: &BaseUrl, certificate: Option<&Certificate>, now: DateTime<Utc>) -> Finding {
    let Some(certificate) = certificate else {
        return without(base);
    };
    let renew = "Renew the certificate, and have what renews it reload the web server.";
    let (detail, remedy) = match certificate {
        Certificate::Valid(Some(until)) if *until - now < RENEWAL => {
            let detail = format!("the certificate ends on {}", until.date_naive());
            return Finding::warning(CHECK, detail, renew);
        }
        Certificate::Valid(Some(until)) => {
            let detail = format!("the certificate is good until {}", until.date_naive());
            return Finding::ok(CHECK, detail);
        }
        Certificate::Valid(None) => return Finding::ok(CHECK, "the certificate is good"),
        Certificate::Expired => ("the certificate has expired", renew),
        Certificate::NotValidYet => (
            "the certificate is not valid yet",
            "Set the clock of this machine, or have the certificate issued anew.",
        ),
        Certificate::OfAnotherName => (
            "the certificate is of another name",
            "Have a certificate issued for the host of this URL.",
        ),
        Certificate::OfUnknownAuthority => (
            "the certificate is of an authority that this machine does not know",
            "Serve the whole chain of certificates. An authority of your own is known if \
             SSL_CERT_FILE names the file of its certificate.",
        ),
        Certificate::SelfSigned => {
            let remedy = "For others than yourself, serve a certificate of an authority that browsers \
                          know. This command believes this one if SSL_CERT_FILE names its file.";
            return Finding::warning(
                CHECK,
                "the certificate is self-signed: browsers will warn",
                remedy,
            );
        }
        Certificate::Bad(why) => {
            let detail = format!("the certificate is bad: {why}");
            return Finding::problem(CHECK, detail, "Have it issued anew.");
        }
    };
    Finding::problem(CHECK, detail, remedy)
}

fn without(base: &BaseUrl) -> Finding {
    if base.is_encrypted() {
        return Finding::not_checked(CHECK, "no certificate was seen");
    }
    if base.is_this_machine() {
        return Finding::ok(CHECK, "there is none, and none is needed on one machine");
    }
    let remedy = "Serve HTTPS: passwords and tokens go over the network.";
    Finding::warning(CHECK, "there is none", remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::finding::Grade;

    fn grade(url: &str, certificate: Option<&Certificate>) -> Grade {
        let base = BaseUrl::parse(url).unwrap();
        judge(&base, certificate, DateTime::UNIX_EPOCH).grade
    }

    #[test]
    fn without_it_only_one_machine_is_well() {
        assert_eq!(grade("http://127.0.0.1:8000", None), Grade::Ok);
        assert_eq!(grade("http://tasks.example.org", None), Grade::Warning);
        assert_eq!(grade("https://tasks.example.org", None), Grade::NotChecked);
    }

    #[test]
    fn a_certificate_is_to_be_renewed_before_it_ends() {
        let ends_in = |days| {
            let until = DateTime::UNIX_EPOCH + TimeDelta::days(days);
            grade("https://host", Some(&Certificate::Valid(Some(until))))
        };
        assert_eq!(ends_in(13), Grade::Warning);
        assert_eq!(ends_in(14), Grade::Ok);
        assert_eq!(
            grade("https://host", Some(&Certificate::Valid(None))),
            Grade::Ok
        );
    }

    #[test]
    fn a_self_signed_certificate_is_a_warning() {
        let own = Some(&Certificate::SelfSigned);
        assert_eq!(grade("https://host", own), Grade::Warning);
    }

    #[test]
    fn a_bad_certificate_is_a_problem() {
        for bad in [
            Certificate::Expired,
            Certificate::NotValidYet,
            Certificate::OfAnotherName,
            Certificate::OfUnknownAuthority,
            Certificate::Bad("its signature is wrong".to_owned()),
        ] {
            assert_eq!(grade("https://host", Some(&bad)), Grade::Problem, "{bad:?}");
        }
    }
}
