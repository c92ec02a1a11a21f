//! `/console/organizations`: the organizations that there are.
//!
//! ```text
//! list       those that somebody may enter, and for operators all
//! new        another one
//! overview   one of them at a glance; attention is what is to be done there
//! settings   its name, its short name and its limits
//! delete     it, with all that it owns
//! ```

pub mod attention;
pub mod delete;
pub mod list;
pub mod new;
pub mod overview;
pub mod settings;

use crate::http::endpoint::{Endpoint, Table};

pub(super) fn routes(table: &mut Table<'_>) {
    let one = "/console/organizations/{organization}";
    table
        .service(
            Endpoint::console("/console/organizations")
                .get(list::show)
                .post(new::create),
        )
        .service(Endpoint::console("/console/organizations/new").get(new::form))
        .service(Endpoint::console(one).get(overview::show))
        .service(
            Endpoint::console(&format!("{one}/settings"))
                .get(settings::form)
                .post(settings::save),
        )
        .service(
            Endpoint::console(&format!("{one}/delete"))
                .get(delete::confirm)
                .post(delete::delete),
        );
}
