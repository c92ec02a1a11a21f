//! The certificate for HTTPS.

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::error::CliError;
use crate::settings::TlsSettings;

/// Reads certificate chain and private key.
///
/// # Errors
/// Exit code 2 naming the setting.
pub fn server_config(settings: &TlsSettings) -> Result<ServerConfig, CliError> {
    let chain = CertificateDer::pem_file_iter(&settings.cert_file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|_| CliError::usage("tls.cert_file holds no certificate chain in PEM form."))?;
    if chain.is_empty() {
        return Err(CliError::usage(
            "tls.cert_file holds no certificate in PEM form.",
        ));
    }
    let key = PrivateKeyDer::from_pem_file(&settings.key_file)
        .map_err(|_| CliError::usage("tls.key_file holds no private key in PEM form."))?;
    ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|_| {
            CliError::usage("tls.key_file does not fit the certificate in tls.cert_file, or is of a kind that TLS cannot use.")
        })
}
