//! What the form for a new credential asks for. Whether it may be had is the use case's to say.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::app::error::AppError;
use crate::app::offer::{Offer, OfferedApi};
use crate::domain::limit::{Quota, QuotaPeriod, RateLimit};
use crate::domain::resource_server::ResourceIdentifier;
use crate::domain::scope::{Scope, without_repeats};
use crate::http::console::fields::Fields;
use crate::http::console::form_errors::FormErrors;
use crate::http::console::refusal::{Refusal, sentence};

/// The value of a scope's box. A scope may belong to several APIs.
pub(super) fn scope_value(api: &OfferedApi, scope: &Scope) -> String {
    format!("{} {scope}", api.server.id)
}

/// The value of an API's option.
pub(super) fn api_of(api: &OfferedApi) -> String {
    api.server.id.to_string()
}

/// The audiences, the first of them first, and the scopes.
pub(super) type Access = (Vec<ResourceIdentifier>, Vec<Scope>);

/// The scopes that are ticked, and the audiences that they belong to.
pub(super) fn access(offer: &Offer, fields: &Fields, errors: &mut FormErrors) -> Option<Access> {
    let ticked: Vec<&str> = fields.all("scope").collect();
    let mut chosen: Vec<(&OfferedApi, Vec<&Scope>)> = Vec::new();
    let mut known = 0;
    for api in &offer.apis {
        let scopes: Vec<_> = api
            .scopes
            .iter()
            .map(|scope| &scope.name)
            .filter(|name| ticked.contains(&scope_value(api, name).as_str()))
            .collect();
        known += scopes.len();
        if !scopes.is_empty() {
            chosen.push((api, scopes));
        }
    }
    if ticked.is_empty() {
        errors.add("scope", "Tick at least one scope.");
        return None;
    }
    if known < ticked.len() {
        errors.add("scope", "Tick scopes of this list only: it has changed.");
        return None;
    }
    if let Some(message) = half_ticked(&chosen) {
        errors.add("scope", message);
        return None;
    }
    if let Some(first) = fields.given("audience") {
        let Some(place) = chosen.iter().position(|(api, _)| api_of(api) == first) else {
            errors.add(
                "audience",
                "Choose an API that has a ticked scope, or tick one of its scopes.",
            );
            return None;
        };
        let first = chosen.remove(place);
        chosen.insert(0, first);
    }
    let audiences = chosen.iter().map(|(api, _)| api.server.identifier.clone());
    let scopes = chosen.iter().flat_map(|(_, scopes)| scopes.iter().copied());
    Some((audiences.collect(), without_repeats(scopes.cloned())))
}

/// A scope counts at every API of the credential that knows it: one that is ticked at one of them
/// only would be more than it seems.
fn half_ticked(chosen: &[(&OfferedApi, Vec<&Scope>)]) -> Option<String> {
    let (here, scope, there) = chosen.iter().find_map(|(here, scopes)| {
        scopes.iter().find_map(|scope| {
            let other = chosen
                .iter()
                .find(|(api, ticked)| api.server.knows(scope) && !ticked.contains(scope));
            other.map(|(there, _)| (here, *scope, there))
        })
    })?;
    Some(format!(
        "{scope} would hold at {} too, since both APIs know it. Tick it at both, or generate \
         credentials for {} alone.",
        there.server.name, here.server.name,
    ))
}

/// When it is to end.
pub(super) fn end(
    fields: &Fields,
    now: DateTime<Utc>,
    errors: &mut FormErrors,
) -> Option<DateTime<Utc>> {
    let day = fields.given("expires_on");
    let choice = fields.text("expires");
    if choice == "date" {
        let last = day.and_then(|day| day.parse::<NaiveDate>().ok());
        let end = last
            .and_then(|last| last.checked_add_days(Days::new(1)))
            .map(|next| next.and_time(NaiveTime::MIN).and_utc());
        match end {
            None => errors.add("expires_on", "Enter a day, such as 2027-01-31."),
            Some(end) if end <= now => errors.add("expires_on", "Choose today or a day to come."),
            Some(_) => {}
        }
        return end;
    }
    if day.is_some() {
        errors.add(
            "expires_on",
            "Choose “After a day” above for this to count, or leave it empty.",
        );
    }
    match choice {
        "" | "never" => None,
        "30" => Some(now + TimeDelta::days(30)),
        "90" => Some(now + TimeDelta::days(90)),
        "365" => Some(now + TimeDelta::days(365)),
        _ => {
            errors.add("expires", "Choose one of these.");
            None
        }
    }
}

/// The lifetime of its tokens, its rate limit and its quota.
pub(super) fn limits(
    fields: &Fields,
    errors: &mut FormErrors,
) -> (Option<u32>, Option<RateLimit>, Option<Quota>) {
    let ttl = number(fields, "token_ttl", errors);
    let enforce = fields.text("over_limit") != "count";
    let requests = number(fields, "rate_requests", errors);
    let per_seconds = number(fields, "rate_seconds", errors);
    let rate_limit = match (requests, per_seconds) {
        (Some(requests), Some(per_seconds)) => Some(RateLimit {
            requests,
            per_seconds,
            enforce,
        }),
        (Some(_), None) if errors.of("rate_seconds").is_empty() => {
            errors.add(
                "rate_seconds",
                "Enter the seconds in which so many may come.",
            );
            None
        }
        // The seconds stand there from the start.
        _ => None,
    };
    let quota = number(fields, "quota_requests", errors).map(|requests| Quota {
        requests,
        per: match fields.text("quota_per") {
            "day" => QuotaPeriod::Day,
            _ => QuotaPeriod::Month,
        },
        enforce,
    });
    (ttl, rate_limit, quota)
}

fn number(fields: &Fields, name: &'static str, errors: &mut FormErrors) -> Option<u32> {
    let text = fields.given(name)?;
    let number = text.parse().ok();
    if number.is_none() {
        errors.add(name, "Enter a whole number.");
    }
    number
}

/// Notes at its field why the use case did not take it.
///
/// # Errors
/// What no other text in the form would mend.
pub(super) fn refused(
    error: AppError,
    fields: &Fields,
    errors: &mut FormErrors,
) -> Result<(), Refusal> {
    match error {
        AppError::Invalid { field, rule } => {
            let name = field.split(['[', '.']).next().unwrap_or_default();
            let at = match name {
                "name" => "name",
                "description" => "description",
                "agent_id" => "agent",
                "expires_at" if fields.text("expires") == "date" => "expires_on",
                "expires_at" => "expires",
                "token_ttl_seconds" => "token_ttl",
                "rate_limit" if field == "rate_limit.per_seconds" => "rate_seconds",
                "rate_limit" => "rate_requests",
                "quota" => "quota_requests",
                _ => "scope",
            };
            errors.add(at, sentence(&format!("This {rule}")));
        }
        AppError::Conflict(text) => errors.add("form", text),
        other => return Err(other.into()),
    }
    Ok(())
}
