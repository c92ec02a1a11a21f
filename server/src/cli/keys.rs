//! `grantd keys`

use clap::{Args, Subcommand};

use super::error::CliError;
use super::output;
use super::place::PlaceArgs;
use crate::app::authority::Authority;
use crate::app::signing_keys::{self, Urgency};
use crate::app::view::SigningKeyView;
use crate::domain::algorithm::Algorithm;
use crate::domain::signing_key::{KeyState, SigningKey};

/// Arguments of `keys`.
#[derive(Debug, Args)]
pub struct KeysArgs {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List signing keys, newest first
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Begin a rotation: the new key is published now and signs after `keys.publish_before`
    Rotate {
        /// Only the key of this algorithm
        #[arg(long)]
        algorithm: Option<Algorithm>,
        /// Sign with the new key at once: verifiers that do not look again for an unknown key id
        /// refuse tokens for a while. The old key's tokens stay good: for a key that leaked, revoke it
        #[arg(long)]
        now: bool,
    },
    /// Take a key that leaked out of the JWKS at once: every token that it signed is refused, and
    /// another key signs in its place
    Revoke {
        /// The key's id
        kid: String,
    },
    /// Print the published public keys as a JWKS, for verifiers that are offline
    Export,
}

const COLUMNS: [(&str, &str); 6] = [
    ("KEY ID", "kid"),
    ("ALGORITHM", "algorithm"),
    ("STATE", "state"),
    ("CREATED", "created_at"),
    ("SIGNS FROM", "activates_at"),
    ("LEAVES JWKS", "removes_at"),
];

/// Runs the action.
///
/// # Errors
/// [`CliError`].
pub async fn run(args: KeysArgs) -> Result<(), CliError> {
    let app = args.place.open().await?;
    match args.action {
        Action::List { json } => {
            let keys: Vec<_> = signing_keys::list(&app)
                .await?
                .into_iter()
                .map(SigningKeyView::from)
                .collect();
            output::print_list(json, &COLUMNS, &keys)
        }
        Action::Rotate { algorithm, now } => {
            let urgency = if now {
                Urgency::AtOnce
            } else {
                Urgency::Published
            };
            for key in signing_keys::rotate(&app, &Authority::Command, algorithm, urgency).await? {
                output::print(&sentence(&key))?;
            }
            Ok(())
        }
        Action::Revoke { kid } => Ok(signing_keys::revoke(&app, &Authority::Command, &kid).await?),
        Action::Export => output::print(&format!("{}\n", app.keyring().jwks().body)),
    }
}

fn sentence(key: &SigningKey) -> String {
    match key.state {
        KeyState::Active => format!("{} ({}) signs from now on\n", key.kid, key.algorithm),
        _ => format!(
            "{} ({}) is published and signs from {}\n",
            key.kid, key.algorithm, key.activates_at
        ),
    }
}
