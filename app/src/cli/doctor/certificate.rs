//! Verifies certificates as browsers do, and records the result.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use webpki::EndEntityCert;

use super::report::{Finding, problem};
use crate::cli_error::CliError;

/// No certificate is valid for so long.
const THOUSAND_YEARS: Duration = Duration::from_hours(1_000 * 365 * 24);

pub const RENEW: &str = "Renew the certificate, and let the renewal reload the web server.";

/// What TLS says about the server's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Certificate {
    /// Valid until this time, if it ends at all.
    Valid(Option<DateTime<Utc>>),
    SelfSigned,
    /// Clients refuse it, so the other checks are skipped.
    Refused(Finding),
}

/// The result of the last TLS handshake.
#[derive(Debug, Clone, Default)]
pub struct Handshake(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    certificate: Option<Certificate>,
    /// The certificate in DER.
    encoded: Vec<u8>,
    /// A certificate that is accepted without an authority.
    accepted: Option<Vec<u8>>,
}

impl Handshake {
    pub fn certificate(&self) -> Option<Certificate> {
        self.lock().certificate.clone()
    }

    /// From now on accepts this certificate, and no other in its place.
    pub fn accept(&self) {
        let mut state = self.lock();
        state.accepted = Some(state.encoded.clone());
    }

    /// Records the certificate. Returns whether it is the accepted one.
    fn record(&self, certificate: Certificate, encoded: &[u8]) -> bool {
        let mut state = self.lock();
        state.certificate = Some(certificate);
        state.encoded = encoded.to_vec();
        state.accepted.as_deref() == Some(encoded)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// TLS with the authorities that this machine trusts; loads them only if needed.
pub fn tls(handshake: &Handshake, is_needed: bool) -> Result<ClientConfig, CliError> {
    let mut roots = RootCertStore::empty();
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| CliError(format!("cannot use TLS: {error}")))?;
    if !is_needed {
        return Ok(config.with_root_certificates(roots).with_no_client_auth());
    }
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), provider);
    let verifier = verifier.build().map_err(|error| {
        CliError(format!(
            "this machine trusts no certificate authority ({error}): install the package \
             ca-certificates, or set SSL_CERT_FILE"
        ))
    })?;
    let verifier = RecordingVerifier { verifier, handshake: handshake.clone() };
    let config = config.dangerous();
    let config = config.with_custom_certificate_verifier(Arc::new(verifier));
    Ok(config.with_no_client_auth())
}

/// Decides as the verifier does, except for an accepted certificate.
#[derive(Debug)]
struct RecordingVerifier {
    verifier: Arc<WebPkiServerVerifier>,
    handshake: Handshake,
}

impl ServerCertVerifier for RecordingVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let at = |time| {
            let verifier = &self.verifier;
            verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, time)
        };
        let verdict = at(now);
        let certificate = match &verdict {
            // The error of a time after its end names the end.
            Ok(_) => {
                let then = Duration::from_secs(now.as_secs()) + THOUSAND_YEARS;
                Certificate::Valid(end_of(&at(UnixTime::since_unix_epoch(then))))
            }
            Err(error) => refusal(error, is_self_signed(end_entity)),
        };
        let is_accepted = self.handshake.record(certificate, end_entity);
        verdict.or_else(|error| {
            let accepted = is_accepted.then(ServerCertVerified::assertion);
            accepted.ok_or(error)
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

fn end_of(verdict: &Result<ServerCertVerified, Error>) -> Option<DateTime<Utc>> {
    match verdict {
        Err(Error::InvalidCertificate(CertificateError::ExpiredContext { not_after, .. })) => {
            DateTime::from_timestamp(i64::try_from(not_after.as_secs()).ok()?, 0)
        }
        _ => None,
    }
}

/// Why clients refuse a certificate, and what to do about it.
fn refusal(error: &Error, is_self_signed: bool) -> Certificate {
    use CertificateError::{
        BadSignature, Expired, ExpiredContext, NotValidForName, NotValidForNameContext,
        NotValidYet, NotValidYetContext, UnknownIssuer,
        UnsupportedSignatureAlgorithmForPublicKeyContext,
    };
    let Error::InvalidCertificate(why) = error else {
        return Certificate::Refused(invalid(&error.to_string()));
    };
    Certificate::Refused(match why {
        Expired | ExpiredContext { .. } => problem("the certificate has expired", RENEW),
        NotValidYet | NotValidYetContext { .. } => problem(
            "the certificate is not valid yet",
            "Set the clock of this machine, or get a new certificate.",
        ),
        NotValidForName | NotValidForNameContext { .. } => problem(
            "the certificate is for another name",
            "Get a certificate for the host of this URL.",
        ),
        // The issuer is unknown, or known with another key, or an authority signed itself.
        _ if is_self_signed => return Certificate::SelfSigned,
        BadSignature | UnsupportedSignatureAlgorithmForPublicKeyContext { .. } | UnknownIssuer => {
            problem(
                "this machine does not trust the authority of the certificate",
                "Serve the whole certificate chain. For a private authority, set SSL_CERT_FILE to its \
                 certificate.",
            )
        }
        other => invalid(&other.to_string()),
    })
}

fn invalid(why: &str) -> Finding {
    problem(format!("the certificate is invalid: {why}"), "Get a new certificate.")
}

/// Whether issuer and subject are the same.
fn is_self_signed(certificate: &CertificateDer<'_>) -> bool {
    EndEntityCert::try_from(certificate)
        .is_ok_and(|certificate| certificate.issuer() == certificate.subject())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_certificate_has_its_reason() {
        for (error, detail) in [
            (CertificateError::Expired, "expired"),
            (CertificateError::NotValidYet, "not valid yet"),
            (CertificateError::NotValidForName, "another name"),
            (CertificateError::UnknownIssuer, "does not trust the authority"),
            (CertificateError::Revoked, "is invalid"),
        ] {
            let error = Error::InvalidCertificate(error);
            let Certificate::Refused(finding) = refusal(&error, false) else {
                panic!("{error} is accepted");
            };
            assert!(finding.detail.contains(detail), "{finding:?}");
        }
        let unknown = Error::InvalidCertificate(CertificateError::UnknownIssuer);
        assert_eq!(refusal(&unknown, true), Certificate::SelfSigned);
        let expired = Error::InvalidCertificate(CertificateError::Expired);
        assert_ne!(refusal(&expired, true), Certificate::SelfSigned);
    }
}
