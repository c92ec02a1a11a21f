//! `/console/signing-keys`: the keys that sign tokens. For operators.
//!
//! ```text
//! list     every key and its state
//! rotate   lets the next one sign soon
//! revoke   takes one that leaked out of the JWKS
//! ```

pub mod list;
pub mod revoke;
pub mod rotate;

use crate::http::endpoint::{Endpoint, Table};

/// The path of the list.
const LIST: &str = "/console/signing-keys";

pub(super) fn routes(table: &mut Table<'_>) {
    table
        .service(Endpoint::console(LIST).get(list::show))
        .service(
            Endpoint::console("/console/signing-keys/rotate")
                .get(rotate::confirm)
                .post(rotate::rotate),
        )
        .service(
            Endpoint::console("/console/signing-keys/{kid}/revoke")
                .get(revoke::confirm)
                .post(revoke::revoke),
        );
}
