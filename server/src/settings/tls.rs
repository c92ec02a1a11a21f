//! HTTPS without a proxy in front.

use std::path::PathBuf;

use super::reader::Reader;
use super::registry::{Kind, Setting};

pub(super) const CERT_FILE: Setting = Setting {
    name: "tls.cert_file",
    kind: Kind::File,
    default: None,
    example: None,
    secret: false,
    doc: "The server's certificate and those between it and the root, in PEM. Given together with \
          `tls.key_file`, grantd speaks HTTPS; without both, plain HTTP, for a proxy that speaks \
          HTTPS in front of it.",
};

pub(super) const KEY_FILE: Setting = Setting {
    name: "tls.key_file",
    kind: Kind::File,
    default: None,
    example: None,
    secret: false,
    doc: "The certificate's private key, in PEM.",
};

/// The files for HTTPS. Both could be opened when the settings were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsSettings {
    /// The certificate chain, in PEM.
    pub cert_file: PathBuf,
    /// The private key, in PEM.
    pub key_file: PathBuf,
}

impl TlsSettings {
    /// `None` when neither is given, or when a problem was noted.
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        match (reader.is_given(&CERT_FILE), reader.is_given(&KEY_FILE)) {
            (false, false) => None,
            (true, false) => {
                reader.problem(&CERT_FILE, lonely(&KEY_FILE));
                None
            }
            (false, true) => {
                reader.problem(&KEY_FILE, lonely(&CERT_FILE));
                None
            }
            (true, true) => {
                let cert_file = reader.file(&CERT_FILE);
                let key_file = reader.file(&KEY_FILE);
                Some(Self {
                    cert_file: cert_file?,
                    key_file: key_file?,
                })
            }
        }
    }
}

/// Refuses HTTPS for a trial, which speaks plain HTTP on one machine: whoever sets a certificate
/// expects it to be used.
pub(super) fn refuse_for_a_trial(reader: &mut Reader) {
    for setting in [&CERT_FILE, &KEY_FILE] {
        reader.refuse(
            setting,
            "does not go with --dev, which speaks plain HTTP: unset it, or write a settings file \
             and leave out --dev",
        );
    }
}

fn lonely(other: &Setting) -> String {
    format!("is given without {}: give both or none", other.name)
}
