//! Cryptography: the master key and what is derived from it, signing keys, tokens, secrets and
//! passwords. Nothing here reads a database, a clock or a setting.
//!
//! ```text
//! master_key ─┬─ fingerprint   what is stored instead of a secret
//!             ├─ audit_chain   what ties the rows of the audit trail together
//!             ├─ sealing       how private keys are kept at rest
//!             ├─ cursor        places in lists, with a proof
//!             └─ idempotency   what is kept of a request that may come again
//! key_pair ── jwk              a signing key, and its public half
//!      ├───── signer           claims → token
//!      └───── provider         the same keys for the jsonwebtoken crate
//! verifier                     token → claims
//! keyed_hash                   hashes for tables whose keys strangers choose
//! totp                         codes of a second factor
//! ```

pub mod audit_chain;
pub mod cursor;
pub mod digest;
pub mod fingerprint;
pub mod idempotency;
pub mod jwk;
pub mod key_pair;
pub mod keyed_hash;
pub mod master_key;
pub mod password;
pub mod provider;
pub mod sealing;
pub mod secret;
pub mod session;
pub mod signer;
pub mod totp;
pub mod verifier;
