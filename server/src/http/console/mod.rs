//! The console, below `/console`: pages in which people make and manage credentials.
//!
//! ```text
//! frame    the headers of every answer, and the page for what is refused
//! visitor  who looks: Visit (anybody), Visitor (signed in)
//! place    in which organization, or over all of them; the navigation around a page
//! form     what was sent, with the proof that it was shown in this browser
//! ```
//! Every other file is a page or what is done on it. Templates are in `server/templates/console`.

pub mod account;
pub mod agents;
pub mod assets;
pub mod audit;
pub mod chart;
pub mod cookie;
pub mod credentials;
pub mod fields;
pub mod flash;
pub mod form;
pub mod form_errors;
pub mod frame;
pub mod generate;
pub mod health;
pub mod home;
pub mod link;
pub mod link_once;
pub mod members;
pub mod organizations;
pub mod paging;
pub mod place;
pub mod refusal;
pub mod resource_servers;
pub mod roles;
pub mod second_factor;
pub mod shell;
pub mod sign_in;
pub mod signing_keys;
pub mod usage;
pub mod users;
pub mod version;
pub mod visitor;

use actix_web::{HttpRequest, HttpResponse, ResponseError};

use self::refusal::Refusal;
use super::endpoint::{Endpoint, Listed, Table};

pub use self::cookie::read as session_cookie;
pub use self::frame::frame;

/// 405; the caller adds `Allow`.
pub fn method_not_allowed(_request: &HttpRequest) -> HttpResponse {
    Refusal::method_not_allowed().error_response()
}

async fn no_such_page() -> HttpResponse {
    Refusal::not_found().error_response()
}

/// The paths of the console, without the issuer's own.
pub fn listed() -> Vec<Listed> {
    let mut list = Vec::new();
    routes(&mut Table::listing(&mut list));
    list
}

pub(super) fn routes(table: &mut Table<'_>) {
    table
        .service(Endpoint::console("/console").get(home::home))
        .service(Endpoint::console("/console/assets/{name}").get(assets::asset))
        .service(
            Endpoint::console("/console/sign-in")
                .get(sign_in::show)
                .post(sign_in::sign_in),
        )
        .service(
            Endpoint::console("/console/sign-in/second-factor")
                .get(second_factor::show)
                .post(second_factor::complete),
        )
        .service(
            Endpoint::console("/console/link")
                .get(link::show)
                .post(link::redeem),
        )
        .service(Endpoint::console("/console/account").get(account::show))
        .service(Endpoint::console("/console/account/password").post(account::change_password))
        .service(Endpoint::console("/console/account/sessions/end").post(account::end_others))
        .service(
            Endpoint::console("/console/account/sessions/{session}/end").post(account::end_one),
        )
        .service(
            Endpoint::console("/console/account/second-factor").get(account::second_factor::show),
        )
        .service(
            Endpoint::console("/console/account/second-factor/begin")
                .post(account::second_factor::begin),
        )
        .service(
            Endpoint::console("/console/account/second-factor/confirm")
                .post(account::second_factor::confirm),
        )
        .service(
            Endpoint::console("/console/account/second-factor/codes")
                .post(account::second_factor::replace_codes),
        )
        .service(
            Endpoint::console("/console/account/second-factor/remove")
                .post(account::second_factor::remove),
        )
        .service(Endpoint::console("/console/sign-out").post(sign_in::sign_out));
    organizations::routes(table);
    agents::routes(table);
    members::routes(table);
    resource_servers::routes(table);
    users::routes(table);
    generate::routes(table);
    credentials::routes(table);
    usage::routes(table);
    audit::routes(table);
    signing_keys::routes(table);
    table
        .service(Endpoint::console("/console/health").get(health::show))
        // Last: whatever no other path is.
        .service(Endpoint::console("/console/{page:.*}").any(no_such_page));
}
