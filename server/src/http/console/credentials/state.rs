//! The state of a credential or a secret, in words.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::credential::{Credential, SecretRecord, Unusable};
use crate::domain::credential_list::was_used_within;

/// Of what was used within this time, the name is asked for before it is deleted.
const LATELY: TimeDelta = TimeDelta::days(7);

/// From when on an expiry is told of.
const SOON: TimeDelta = TimeDelta::days(30);

/// From when on it is told that something is not used.
const LONG: TimeDelta = TimeDelta::days(90);

/// A state, as a badge and a note below it.
#[derive(Debug, PartialEq, Eq)]
pub struct State {
    /// The badge's colour and shape.
    pub tone: &'static str,
    /// What the badge says.
    pub word: String,
    /// What more there is to say, mostly nothing.
    pub note: String,
}

/// How a credential stands.
pub fn of_credential(credential: &Credential, now: DateTime<Utc>) -> State {
    let (tone, word) = match credential.usable(now) {
        Err(Unusable::Disabled) => ("off", "Disabled".to_owned()),
        Err(Unusable::Expired) => ("bad", "Expired".to_owned()),
        Err(Unusable::Revoked) => ("bad", "Deleted".to_owned()),
        Ok(()) => match credential.expires_at {
            Some(end) if end - now <= SOON => ("warn", format!("Expires in {}", span(end - now))),
            _ => ("ok", "Active".to_owned()),
        },
    };
    State {
        tone,
        word,
        note: use_of(credential, now),
    }
}

fn use_of(credential: &Credential, now: DateTime<Utc>) -> String {
    match credential.last_used_at {
        None => "Never used".to_owned(),
        Some(used) if now - used >= LONG => format!("Unused for {}", span(now - used)),
        Some(_) => String::new(),
    }
}

/// How a secret stands, and whether it is in use.
pub fn of_secret(secret: &SecretRecord, now: DateTime<Utc>) -> State {
    let note = match secret.expires_at {
        Some(end) if end <= now => String::new(),
        Some(end) => format!("Ends in {}", span(end - now)),
        None => String::new(),
    };
    let (tone, word) = match secret.last_used_at {
        _ if !secret.is_live(now) => ("bad", "Expired"),
        None => ("off", "Never used"),
        used if is_in_use(used, now) => ("ok", "In use"),
        Some(_) => ("off", "No longer used"),
    };
    State {
        tone,
        word: word.to_owned(),
        note,
    }
}

/// Whether it was used so lately that something must still depend on it.
pub fn is_in_use(last_used_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    was_used_within(last_used_at, LATELY, now)
}

/// What stands above the button that deletes it.
pub const fn warning(in_use: bool) -> &'static str {
    if in_use {
        "It is in use"
    } else {
        "It cannot be brought back"
    }
}

/// A time in its greatest whole unit: "29 days", "1 hour".
pub fn span(time: TimeDelta) -> String {
    let units = [
        (time.num_days(), "day"),
        (time.num_hours(), "hour"),
        (time.num_minutes(), "minute"),
    ];
    let found = units.into_iter().find(|(number, _)| *number > 0);
    let (number, unit) = found.unwrap_or((time.num_seconds().max(0), "second"));
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{s}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::credential::{CredentialKind, CredentialStatus};
    use crate::domain::ids::{CredentialId, OrganizationId, SecretId};
    use uuid::Uuid;

    fn at(days: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000 + days)
    }

    fn credential() -> Credential {
        Credential {
            id: CredentialId(Uuid::nil()),
            kind: CredentialKind::ApiKey,
            name: "ci".parse().unwrap(),
            description: None,
            organization_id: OrganizationId(Uuid::nil()),
            agent_id: None,
            created_by: None,
            user_id: None,
            scopes: Vec::new(),
            audiences: Vec::new(),
            grant_types: Vec::new(),
            operator: false,
            token_ttl_seconds: None,
            status: CredentialStatus::Active,
            created_at: at(0),
            expires_at: None,
            rate_limit: None,
            quota: None,
            super_key: false,
            last_used_at: None,
            secrets: Vec::new(),
        }
    }

    fn told(credential: &Credential, now: DateTime<Utc>) -> (String, String) {
        let state = of_credential(credential, now);
        (state.word, state.note)
    }

    #[test]
    fn a_credential_stands_so_in_words() {
        let mut it = credential();
        assert_eq!(told(&it, at(1)), ("Active".into(), "Never used".into()));
        it.last_used_at = Some(at(1));
        assert_eq!(told(&it, at(90)), ("Active".into(), String::new()));
        assert_eq!(told(&it, at(91)).1, "Unused for 90 days");
        it.last_used_at = Some(at(30));
        it.expires_at = Some(at(60));
        assert_eq!(told(&it, at(29)).0, "Active");
        assert_eq!(told(&it, at(30)).0, "Expires in 30 days");
        assert_eq!(told(&it, at(59)).0, "Expires in 1 day");
        assert_eq!(
            told(&it, at(60) - TimeDelta::hours(2)).0,
            "Expires in 2 hours"
        );
        assert_eq!(told(&it, at(60)).0, "Expired");
        it.status = CredentialStatus::Disabled;
        assert_eq!(told(&it, at(60)).0, "Disabled");
    }

    #[test]
    fn a_secret_is_in_use_or_not() {
        let mut it = SecretRecord {
            id: SecretId(Uuid::nil()),
            hint: "abcd".to_owned(),
            created_at: at(0),
            expires_at: None,
            last_used_at: None,
        };
        let word = |it: &SecretRecord, now| of_secret(it, now).word;
        assert_eq!(word(&it, at(1)), "Never used");
        it.last_used_at = Some(at(1));
        assert_eq!(word(&it, at(7)), "In use");
        assert!(is_in_use(it.last_used_at, at(7)));
        assert_eq!(word(&it, at(8)), "No longer used");
        assert!(!is_in_use(it.last_used_at, at(8)));
        it.expires_at = Some(at(10));
        assert_eq!(of_secret(&it, at(8)).note, "Ends in 2 days");
        assert_eq!(word(&it, at(10)), "Expired");
    }

    #[test]
    fn a_span_is_told_in_its_greatest_unit() {
        for (seconds, text) in [
            (-5, "0 seconds"),
            (1, "1 second"),
            (60, "1 minute"),
            (3_599, "59 minutes"),
            (7_200, "2 hours"),
            (86_400, "1 day"),
        ] {
            assert_eq!(span(TimeDelta::seconds(seconds)), text);
        }
    }
}
