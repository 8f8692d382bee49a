//! Which certificates a client trusts.

use std::sync::Arc;

use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier;

use crate::http::options::TransportOptions;
use crate::http::unsupported_option::UnsupportedOption;

/// A user sends requests to a few servers only.
const SESSIONS: usize = 8;

/// TLS by `options`: trusts the certificates in `ca` alone, or any certificate, or those that this machine trusts.
///
/// # Errors
/// `ca` cannot be read, or holds no certificate.
pub(super) fn config(options: &TransportOptions) -> Result<ClientConfig, UnsupportedOption> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let algorithms = provider.signature_verification_algorithms;
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("the provider knows the default versions");
    let mut config = match &options.ca {
        _ if options.trusts_any_certificate => trusting(builder, Arc::new(AnyCertificate(algorithms))),
        Some(path) => builder.with_root_certificates(certificates(path)?).with_no_client_auth(),
        None => match Verifier::new(provider) {
            Ok(verifier) => trusting(builder, Arc::new(verifier)),
            // On a machine without any certificate each request over TLS fails with that reason; plain ones still work.
            Err(_) => builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth(),
        },
    };
    config.alpn_protocols = vec![if options.http2 { b"h2".to_vec() } else { b"http/1.1".to_vec() }];
    Ok(config)
}

/// Gives other code of this process that uses reqwest, such as a fixture, the same cryptography.
///
/// Cargo builds reqwest once for all crates of a program, here without cryptography of its own, and `reqwest::get` would panic.
pub fn share_cryptography() {
    // Fails only if the program has chosen its own already, which stays.
    rustls::crypto::ring::default_provider().install_default().ok();
}

/// A copy for one user, so that no TLS session of another user is resumed.
pub(super) fn for_one_user(config: &ClientConfig) -> ClientConfig {
    let mut config = config.clone();
    config.resumption = Resumption::in_memory_sessions(SESSIONS);
    config
}

type Builder = rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>;

fn trusting(builder: Builder, verifier: Arc<dyn ServerCertVerifier>) -> ClientConfig {
    builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
}

fn certificates(path: &str) -> Result<RootCertStore, UnsupportedOption> {
    let unusable = |why: String| UnsupportedOption::InvalidValue { setting: "ca", value: path.to_owned(), why };
    let text = std::fs::read(path).map_err(|error| unusable(format!("the file cannot be read: {error}")))?;
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&text) {
        let certificate = certificate.map_err(|error: pem::Error| unusable(error.to_string()))?;
        store.add(certificate).map_err(|error| unusable(error.to_string()))?;
    }
    match store.is_empty() {
        true => Err(unusable("the file has no certificate in PEM format".to_owned())),
        false => Ok(store),
    }
}

/// `verify_tls = false`: accepts any certificate, but the server must have its key.
#[derive(Debug)]
struct AnyCertificate(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}
