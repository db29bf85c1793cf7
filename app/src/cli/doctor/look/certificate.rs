//! Verifies certificates as browsers do, and remembers what it saw.

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

use crate::cli::doctor::check::encryption::Certificate;
use crate::cli_error::CliError;

/// No certificate is good for so long.
const FOR_EVER: Duration = Duration::from_hours(1_000 * 365 * 24);

/// What was last seen of the server's certificate.
#[derive(Debug, Clone, Default)]
pub struct Seen(Arc<Mutex<Sight>>);

#[derive(Debug, Default)]
struct Sight {
    certificate: Option<Certificate>,
    /// The certificate itself.
    encoded: Vec<u8>,
    /// A certificate that is accepted although no authority vouches for it.
    accepted: Option<Vec<u8>>,
}

impl Seen {
    pub fn certificate(&self) -> Option<Certificate> {
        self.lock().certificate.clone()
    }

    /// From now on accepts the certificate that was seen, and no other one in its place.
    pub fn accept(&self) {
        let mut sight = self.lock();
        sight.accepted = Some(sight.encoded.clone());
    }

    /// Remembers the certificate; whether it is the one that is accepted.
    fn remember(&self, certificate: Certificate, encoded: &[u8]) -> bool {
        let mut sight = self.lock();
        sight.certificate = Some(certificate);
        sight.encoded = encoded.to_vec();
        sight.accepted.as_deref() == Some(encoded)
    }

    fn lock(&self) -> MutexGuard<'_, Sight> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// TLS that believes whom this machine believes; without need, nobody is asked whom that is.
pub fn tls(seen: &Seen, is_needed: bool) -> Result<ClientConfig, CliError> {
    let mut roots = RootCertStore::empty();
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| CliError(format!("cannot speak TLS: {error}")))?;
    if !is_needed {
        return Ok(config.with_root_certificates(roots).with_no_client_auth());
    }
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), provider);
    let verifier = verifier.build().map_err(|error| {
        CliError(format!(
            "this machine knows no authority of certificates ({error}): install the package \
             ca-certificates, or name a file of them in SSL_CERT_FILE"
        ))
    })?;
    let witness = Witness {
        verifier,
        seen: seen.clone(),
    };
    let config = config.dangerous();
    let config = config.with_custom_certificate_verifier(Arc::new(witness));
    Ok(config.with_no_client_auth())
}

/// Decides as the verifier does, but for a certificate that was accepted.
#[derive(Debug)]
struct Witness {
    verifier: Arc<WebPkiServerVerifier>,
    seen: Seen,
}

impl ServerCertVerifier for Witness {
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
            // Asked about a day that it does not live to see, it tells its last one.
            Ok(_) => {
                let then = Duration::from_secs(now.as_secs()) + FOR_EVER;
                Certificate::Valid(last_day(&at(UnixTime::since_unix_epoch(then))))
            }
            Err(error) => fault(error, end_entity),
        };
        let is_accepted = self.seen.remember(certificate, end_entity);
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

fn last_day(verdict: &Result<ServerCertVerified, Error>) -> Option<DateTime<Utc>> {
    match verdict {
        Err(Error::InvalidCertificate(CertificateError::ExpiredContext { not_after, .. })) => {
            DateTime::from_timestamp(i64::try_from(not_after.as_secs()).ok()?, 0)
        }
        _ => None,
    }
}

fn fault(error: &Error, end_entity: &CertificateDer<'_>) -> Certificate {
    use CertificateError::{
        BadSignature, Expired, ExpiredContext, NotValidForName, NotValidForNameContext,
        NotValidYet, NotValidYetContext, UnknownIssuer,
        UnsupportedSignatureAlgorithmForPublicKeyContext,
    };
    match error {
        Error::InvalidCertificate(why) => match why {
            Expired | ExpiredContext { .. } => Certificate::Expired,
            NotValidYet | NotValidYetContext { .. } => Certificate::NotValidYet,
            NotValidForName | NotValidForNameContext { .. } => Certificate::OfAnotherName,
            // Not known, or known by the same name with another key, or an authority that vouches for
            // itself.
            _ if is_self_signed(end_entity) => Certificate::SelfSigned,
            BadSignature
            | UnsupportedSignatureAlgorithmForPublicKeyContext { .. }
            | UnknownIssuer => Certificate::OfUnknownAuthority,
            other => Certificate::Bad(other.to_string()),
        },
        other => Certificate::Bad(other.to_string()),
    }
}

/// Whether it names itself as its issuer.
fn is_self_signed(certificate: &CertificateDer<'_>) -> bool {
    EndEntityCert::try_from(certificate)
        .is_ok_and(|certificate| certificate.issuer() == certificate.subject())
}
