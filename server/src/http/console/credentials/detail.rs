//! `…/credentials/{credential}`: all there is to know of one credential.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};

use super::actions::Actions;
use super::find;
use super::kind::{KindWords, words};
use super::state::{self, State, span};
use super::whose::Names;
use crate::app::App;
use crate::domain::credential::{Credential, SecretRecord};
use crate::domain::limit::QuotaPeriod;
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::Shell;
use crate::http::console::visitor::Visitor;

/// The scopes of a credential at one API.
struct ServerScopes {
    name: String,
    identifier: String,
    /// Names and descriptions.
    scopes: Vec<(String, String)>,
}

/// A row of the secrets.
struct SecretRow<'a> {
    secret: &'a SecretRecord,
    state: State,
    /// The address that deletes it; empty where the visitor may not, or it is the last live one.
    delete: String,
    /// Whether that asks first.
    asks: bool,
    /// Whether no other one is accepted.
    only: bool,
}

#[derive(Template)]
#[template(path = "console/credentials/detail.html")]
struct DetailPage<'a> {
    shell: Shell,
    words: &'static KindWords,
    credential: &'a Credential,
    list: String,
    state: State,
    actions: Actions,
    agent: String,
    owner: String,
    maker: String,
    lifetime: String,
    rate_limit: String,
    quota: String,
    servers: Vec<ServerScopes>,
    unknown: Vec<String>,
    secrets: Vec<SecretRow<'a>>,
    rotation: String,
}

/// Shows a credential.
///
/// # Errors
/// 403, 404, 503.
pub async fn show(
    visitor: Visitor,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Refusal> {
    let (place, credential) = find(&visitor, "credentials:read", &path.0, &path.1).await?;
    let (app, now) = (visitor.app(), visitor.app().now());
    let words = words(credential.kind);
    let shell = visitor.shell(Some(&place), words.section).await?;
    let mut names = Names::new(app, &place);
    let actions = Actions::of(&shell, &place, &credential);
    let (servers, unknown) = scopes_of(app, &credential);
    let page = DetailPage {
        list: shell.url(&place.path(&format!("/credentials?kind={}", words.kind))),
        agent: names.agent(&credential).await?,
        owner: names.owner(&credential).await?,
        maker: names.maker(&credential).await?,
        secrets: rows(&credential, &actions, now),
        rotation: rotation(&credential, now),
        lifetime: lifetime(&credential),
        rate_limit: rate_limit(&credential),
        quota: quota(&credential),
        state: state::of_credential(&credential, now),
        credential: &credential,
        shell,
        words,
        actions,
        servers,
        unknown,
    };
    visitor.show(StatusCode::OK, &page)
}

/// The scopes by API in the order of the audiences, and those that none of them knows any more.
fn scopes_of(app: &App, credential: &Credential) -> (Vec<ServerScopes>, Vec<String>) {
    let known = app.resource_servers();
    let servers: Vec<_> = credential
        .audiences
        .iter()
        .filter_map(|id| known.find(*id))
        .map(|server| ServerScopes {
            name: server.name.to_string(),
            identifier: server.identifier.as_str().to_owned(),
            scopes: server
                .scopes
                .iter()
                .filter(|scope| credential.scopes.contains(&scope.name))
                .map(|scope| (scope.name.to_string(), scope.description.clone()))
                .collect(),
        })
        .collect();
    let is_known = |scope: &String| {
        let mut all = servers.iter().flat_map(|server| &server.scopes);
        all.any(|(name, _)| name == scope)
    };
    let unknown = credential.scopes.iter().map(ToString::to_string);
    let unknown = unknown.filter(|scope| !is_known(scope)).collect();
    (servers, unknown)
}

fn rows<'a>(
    credential: &'a Credential,
    actions: &Actions,
    now: DateTime<Utc>,
) -> Vec<SecretRow<'a>> {
    let live = |secret: &&SecretRecord| secret.is_live(now);
    let mut rows: Vec<_> = credential
        .secrets
        .iter()
        .map(|secret| {
            let others = credential.secrets.iter().filter(|it| it.id != secret.id);
            let only = others.filter(live).count() == 0;
            SecretRow {
                secret,
                state: state::of_secret(secret, now),
                delete: if actions.is_any() && !only {
                    format!("{}/secrets/{}/delete", actions.show, secret.id)
                } else {
                    String::new()
                },
                asks: state::is_in_use(secret.last_used_at, now),
                only,
            }
        })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.secret.created_at));
    rows
}

/// How far a rotation has come; empty where none is under way.
fn rotation(credential: &Credential, now: DateTime<Utc>) -> String {
    let mut live: Vec<_> = credential
        .secrets
        .iter()
        .filter(|secret| secret.is_live(now))
        .collect();
    live.sort_by_key(|secret| secret.created_at);
    let [old, new] = live.as_slice() else {
        return String::new();
    };
    let still = old.last_used_at.filter(|used| *used > new.created_at);
    match (still, new.last_used_at) {
        (Some(_), None) => "Programs still use the older secret, and none the newer one yet.",
        (Some(_), Some(_)) => "Both secrets have been used since the newer one was made: some program still has the older one.",
        (None, Some(_)) => "Nothing has used the older secret since the newer one was made. It can be deleted.",
        (None, None) => "Neither secret has been used since the newer one was made.",
    }
    .to_owned()
}

fn lifetime(credential: &Credential) -> String {
    credential.token_ttl_seconds.map_or_else(
        || "As the API sets it".to_owned(),
        |seconds| {
            format!(
                "{} ({seconds} seconds)",
                span(TimeDelta::seconds(seconds.into()))
            )
        },
    )
}

fn rate_limit(credential: &Credential) -> String {
    credential.rate_limit.map_or_else(
        || "None".to_owned(),
        |limit| {
            let (requests, window) = (thousands(limit.requests), limit.per_seconds);
            format!(
                "{requests} requests in {window} seconds, {}",
                enforced(limit.enforce)
            )
        },
    )
}

fn quota(credential: &Credential) -> String {
    credential.quota.map_or_else(
        || "None".to_owned(),
        |quota| {
            let per = match quota.per {
                QuotaPeriod::Day => "day",
                QuotaPeriod::Month => "month",
            };
            let requests = thousands(quota.requests);
            format!("{requests} requests a {per}, {}", enforced(quota.enforce))
        },
    )
}

fn enforced(enforce: bool) -> &'static str {
    if enforce {
        "more is refused"
    } else {
        "more is only counted"
    }
}

/// A number with a comma before every third digit.
fn thousands(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_by_its_thousands() {
        for (number, text) in [
            (1, "1"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(thousands(number), text);
        }
    }
}
