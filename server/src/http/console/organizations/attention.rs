//! How many credentials of a kind there are, and which of them need looking after.

use crate::app::App;
use crate::app::credentials::{self, Count, Filter, Room};
use crate::app::error::AppError;
use crate::domain::credential::CredentialKind;
use crate::http::console::place::Place;
use crate::http::console::shell::Shell;

/// Within how many days something expires to be told of.
const EXPIRING_DAYS: u32 = 30;

/// For how many days something was not used to be told of.
const UNUSED_DAYS: u32 = 90;

/// The credentials of a kind, at a glance.
pub struct Kind {
    /// What they are called.
    pub title: &'static str,
    /// The button that makes one.
    pub make_label: &'static str,
    /// The address of their list, which has a query already.
    pub list: String,
    /// The address that makes another one; empty where the visitor may not, or there is no room.
    pub make: String,
    /// How many the visitor sees.
    pub seen: Count,
    /// How much room there is.
    pub room: Room,
    /// How many expire soon.
    pub expiring: Count,
    /// How many have not been used for long.
    pub unused: Count,
}

impl Kind {
    /// The credentials of a kind as this visitor sees them.
    ///
    /// # Errors
    /// 503.
    pub async fn of(
        app: &App,
        shell: &Shell,
        place: &Place,
        kind: CredentialKind,
    ) -> Result<Self, AppError> {
        let (authority, id) = (place.authority(), place.organization.id);
        let all = Filter {
            kind: Some(kind),
            ..Filter::default()
        };
        let expiring = Filter {
            expires_within_days: Some(EXPIRING_DAYS),
            ..all.clone()
        };
        let unused = Filter {
            unused_for_days: Some(UNUSED_DAYS),
            ..all.clone()
        };
        let room = credentials::room(app, &authority, id, kind).await?;
        let here = shell.url(&place.path("/credentials"));
        let (title, make_label) = match kind {
            CredentialKind::OauthClient => ("API credentials", "Generate credentials"),
            CredentialKind::ApiKey => ("API keys", "New API key"),
        };
        Ok(Self {
            title,
            make_label,
            list: format!("{here}?kind={kind}"),
            make: if place.may("credentials:write") && !room.is_full {
                format!("{here}/new?kind={kind}")
            } else {
                String::new()
            },
            seen: credentials::count(app, &authority, id, all).await?,
            expiring: credentials::count(app, &authority, id, expiring).await?,
            unused: credentials::count(app, &authority, id, unused).await?,
            room,
        })
    }

    /// Whether there is nothing to be done.
    pub fn is_quiet(&self) -> bool {
        !self.room.is_full && self.expiring.number == 0 && self.unused.number == 0
    }
}
