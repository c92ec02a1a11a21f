//! `/console/health`: how this node stands. For operators.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::TimeDelta;

use super::chart::meter::{Meter, grouped, utilisation};
use super::refusal::Refusal;
use super::shell::{Shell, section};
use super::visitor::Visitor;
use crate::app::health::{self, Health, KeyHealth, Schema};
use crate::domain::duration::in_words;

#[derive(Template)]
#[template(path = "console/health.html")]
struct HealthPage {
    shell: Shell,
    health: Health,
    warnings: Vec<String>,
    uptime: String,
    ping: String,
    schema: String,
    issuer: String,
    reached: String,
    tls: &'static str,
    cache: Meter,
    sessions: String,
    audit_head: String,
    keep_usage: String,
    keep_idempotency_keys: String,
    keep_changes: String,
    idle_timeout: String,
    session_lifetime: String,
}

/// Shows it.
///
/// # Errors
/// 404 for anybody but operators, 503.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    let authority = visitor.operator()?;
    let app = visitor.app();
    let health = health::report(app, &authority).await?;
    let issuer = app.issuer.as_str().to_owned();
    let is_secure = visitor.request.app_config().secure();
    let reached = {
        // As proxies say it, whoever they are: it is for the eyes of the one who asks.
        let connection = visitor.request.connection_info();
        format!("{}://{}", connection.scheme(), connection.host())
    };
    let mut warnings = warnings(&health);
    warnings.extend(mismatch(&issuer, &reached));
    let audit_head = u64::try_from(health.audit_head).unwrap_or(0);
    let page = HealthPage {
        uptime: roughly(health.uptime),
        ping: health.database.map_or_else(String::new, |took| {
            format!("in {}.{} ms", took.as_millis(), took.as_micros() / 100 % 10)
        }),
        schema: match health.schema {
            Schema::UpToDate => "Up to date".to_owned(),
            Schema::Behind(count) => format!("{count} changes are missing"),
            Schema::Newer => "Newer than this version".to_owned(),
        },
        tls: if is_secure {
            "This node speaks HTTPS itself"
        } else {
            "This node speaks plain HTTP; HTTPS is for a proxy in front of it"
        },
        cache: utilisation(health.cached, health.cache_capacity.into()),
        sessions: grouped(health.sessions),
        audit_head: grouped(audit_head),
        keep_usage: in_words(health.keep_usage),
        keep_idempotency_keys: in_words(health.keep_idempotency_keys),
        keep_changes: in_words(health.keep_changes),
        idle_timeout: in_words(app.sessions.idle_timeout),
        session_lifetime: in_words(app.sessions.lifetime),
        warnings,
        issuer,
        reached,
        health,
        shell: visitor.shell(None, section::HEALTH).await?,
    };
    visitor.show(StatusCode::OK, &page)
}

/// What is to be looked at, in words.
fn warnings(health: &Health) -> Vec<String> {
    let mut warnings = Vec::new();
    if health.database.is_none() {
        warnings.push("The database does not answer. Look at its log.".to_owned());
    }
    if !health.is_fresh {
        warnings.push(
            "The change feed is not followed: what other nodes change is not seen here. \
             Look at this node's log."
                .to_owned(),
        );
    }
    match health.schema {
        Schema::UpToDate => {}
        Schema::Behind(_) => warnings
            .push("The database's schema is behind this version. Run “grantd migrate”.".to_owned()),
        Schema::Newer => warnings.push(
            "The database's schema was changed by a newer version. Bring this node to that \
             version."
                .to_owned(),
        ),
    }
    warnings.extend(health.keys.iter().filter_map(key_warning));
    warnings
}

fn key_warning(key: &KeyHealth) -> Option<String> {
    let algorithm = key.algorithm;
    if !key.is_active {
        Some(format!(
            "No {algorithm} key signs. Look at this node's log."
        ))
    } else if key.is_overdue {
        Some(format!(
            "The rotation of the {algorithm} key is overdue. Look at this node's log."
        ))
    } else {
        None
    }
}

/// Where the page was reached at another address than the issuer's.
fn mismatch(issuer: &str, reached: &str) -> Option<String> {
    let rest = issuer.strip_prefix(reached);
    let is_same = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    (!is_same).then(|| {
        format!(
            "The issuer is {issuer}, and this page was reached at {reached}. Tokens name the \
             issuer: clients must reach this server there. Where a proxy is in front, let it pass \
             on the host and the scheme."
        )
    })
}

/// A time in its two greatest units.
fn roughly(time: TimeDelta) -> String {
    let (days, hours) = (time.num_days(), time.num_hours() % 24);
    let minutes = time.num_minutes() % 60;
    match (days, hours, minutes) {
        (0, 0, 0) => "less than a minute".to_owned(),
        (0, 0, _) => in_words(TimeDelta::minutes(minutes)),
        (0, _, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_issuers_or_another() {
        let issuer = "https://auth.example.com/auth";
        assert_eq!(mismatch(issuer, "https://auth.example.com"), None);
        assert_eq!(
            mismatch("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            None
        );
        for other in [
            "http://auth.example.com",
            "https://auth.example.co",
            "https://auth.example.com:8443",
            "https://evil",
        ] {
            assert!(mismatch(issuer, other).is_some(), "{other}");
        }
    }

    #[test]
    fn uptime_is_told_roughly() {
        for (minutes, words) in [
            (0, "less than a minute"),
            (1, "1 minute"),
            (59, "59 minutes"),
            (61, "1 h 1 min"),
            (1_500, "1 d 1 h"),
        ] {
            assert_eq!(roughly(TimeDelta::minutes(minutes)), words);
        }
    }
}
