//! What credentials are used for: `…/usage` of an organization, and `…/usage` of one credential.
//!
//! ```text
//! organization   all of an organization's, or all of the agents' that somebody administers
//! credential     one, with its limits
//! range          over which time
//! figures        the charts, and the tables under them
//! ```

pub mod credential;
pub mod figures;
pub mod organization;
pub mod range;

use crate::http::endpoint::{Endpoint, Table};

pub(super) fn routes(table: &mut Table<'_>) {
    table
        .service(
            Endpoint::console("/console/organizations/{organization}/usage")
                .get(organization::show),
        )
        .service(
            Endpoint::console(
                "/console/organizations/{organization}/credentials/{credential}/usage",
            )
            .get(credential::show),
        );
}
