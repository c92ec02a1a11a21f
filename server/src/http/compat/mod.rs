//! Doors for clients that exist already: thin adapters over the same use cases.

pub mod cogniac;
pub mod cognigy;
pub mod kognic;
mod shown;

use super::endpoint::{Endpoint, Table};
use crate::settings::CompatSettings;

/// The paths of the doors that are open.
pub fn routes(table: &mut Table<'_>, compat: CompatSettings) {
    if compat.kognic {
        table.service(Endpoint::oauth("/v1/auth/oauth/token").post(kognic::token));
    }
    if compat.cogniac {
        cogniac_routes(table);
    }
    if compat.cognigy {
        cognigy_routes(table);
        if compat.super_api_key {
            super_key_routes(table);
        }
    }
}

fn cogniac_routes(table: &mut Table<'_>) {
    table
        .service(Endpoint::at("/1/token").get(cogniac::token::token))
        .service(Endpoint::at("/1/oauth/token").get(cogniac::token::legacy))
        .service(Endpoint::at("/21/users/mfa/status").get(cogniac::users::second_factor))
        .service(Endpoint::at("/1/users/{user}").get(cogniac::users::show))
        .service(Endpoint::at("/1/users/{user}/tenants").get(cogniac::users::tenants))
        // The SDK joins its path to a base URL that ends with a slash, as Cogniac's own does.
        .service(
            Endpoint::at("//1/users/{user}/tenants").get(cogniac::users::tenants_below_a_slash),
        )
        .service(Endpoint::at("/1/tenants/{tenant}").get(cogniac::tenants::show))
        .service(Endpoint::at("/1/tenants/{tenant}/users").get(cogniac::tenants::users))
        .service(
            Endpoint::at("/1/users/{user}/apiKeys")
                .get(cogniac::keys::list)
                .post(cogniac::keys::create),
        )
        .service(
            Endpoint::at("/1/users/{user}/apiKeys/{key}")
                .get(cogniac::keys::show)
                .delete(cogniac::keys::delete),
        );
}

fn cognigy_routes(table: &mut Table<'_>) {
    table
        .service(Endpoint::oauth("/auth/oauth2/token").post(cognigy::token::token))
        .service(
            Endpoint::cognigy("/new/v2.0/users/me/apikeys")
                .get(cognigy::v2_0::list)
                .post(cognigy::v2_0::create),
        )
        .service(
            Endpoint::cognigy("/new/v2.0/users/me/apikeys/{key}").delete(cognigy::v2_0::delete),
        )
        .service(
            Endpoint::cognigy("/new/v2.1/users/me/apikeys")
                .get(cognigy::v2_1::list)
                .post(cognigy::v2_1::create),
        )
        .service(
            Endpoint::cognigy("/new/v2.1/users/me/apikeys/{key}").delete(cognigy::v2_1::delete),
        );
}

fn super_key_routes(table: &mut Table<'_>) {
    table
        .service(
            Endpoint::cognigy("/management/v2.0/organisations/{organisation}/apikeys")
                .post(cognigy::super_key::create),
        )
        .service(
            Endpoint::cognigy("/new/management/v2.0/organisations/{organisation}/apikeys")
                .post(cognigy::super_key::create_below_new),
        )
        .service(
            Endpoint::cognigy("/new/management/v2.0/organisations/apikeys")
                .post(cognigy::super_key::create_named_in_body),
        );
}
