//! Sessions of the console: who is signed in, and for how long.

use core::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};

use super::ids::{SessionId, UserId};

/// How much of what a browser calls itself is kept, in characters.
const MAX_USER_AGENT: usize = 200;

/// How often it is noted that a session is in use. Reading a page must not cost a write each time.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// How long someone may take between the password and the second factor.
pub const SECOND_FACTOR_WITHIN: TimeDelta = TimeDelta::minutes(10);

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionPolicy {
    /// One that was not used for so long has ended.
    pub idle_timeout: TimeDelta,
    /// None lasts longer than this.
    pub lifetime: TimeDelta,
}

/// One browser that is signed in, or is about to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Names it; opens nothing.
    pub id: SessionId,
    /// Who it is.
    pub user_id: UserId,
    /// The password was right, and the second factor is still to come.
    pub pending: bool,
    /// The address from which it began.
    pub address: Option<IpAddr>,
    /// What the browser called itself.
    pub user_agent: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
}

impl Session {
    /// Whether it still holds.
    pub fn is_live(&self, policy: SessionPolicy, now: DateTime<Utc>) -> bool {
        // A minute's grace, since its use is noted no more often than that.
        now < self.expires_at && now - self.last_seen_at < policy.idle_timeout + NOTED_EVERY
    }

    /// Whether its use is to be noted now.
    pub fn is_to_be_noted(&self, now: DateTime<Utc>) -> bool {
        (now - self.last_seen_at).abs() >= NOTED_EVERY
    }
}

/// What is kept of the text by which a browser calls itself.
pub fn user_agent(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(MAX_USER_AGENT)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: SessionPolicy = SessionPolicy {
        idle_timeout: TimeDelta::minutes(30),
        lifetime: TimeDelta::hours(12),
    };

    fn session(expires_after: TimeDelta) -> Session {
        Session {
            id: SessionId(uuid::Uuid::nil()),
            user_id: UserId(uuid::Uuid::nil()),
            pending: false,
            address: None,
            user_agent: String::new(),
            created_at: DateTime::UNIX_EPOCH,
            last_seen_at: DateTime::UNIX_EPOCH,
            expires_at: DateTime::UNIX_EPOCH + expires_after,
        }
    }

    #[test]
    fn it_ends_when_idle_and_at_its_end() {
        let at = |minutes| DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes);
        let long = session(POLICY.lifetime);
        assert!(long.is_live(POLICY, at(30)));
        assert!(!long.is_live(POLICY, at(31)), "idle");
        let short = session(TimeDelta::minutes(10));
        assert!(short.is_live(POLICY, at(9)));
        assert!(!short.is_live(POLICY, at(10)), "its end");
    }

    #[test]
    fn its_use_is_noted_once_a_minute_and_after_the_clock_went_back() {
        let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        let session = session(POLICY.lifetime);
        assert!(!session.is_to_be_noted(at(59)));
        assert!(session.is_to_be_noted(at(60)));
        assert!(session.is_to_be_noted(at(-60)));
    }

    #[test]
    fn a_browsers_name_is_bounded_and_one_line() {
        assert_eq!(user_agent("a\r\nb\u{7f}c"), "abc");
        assert_eq!(user_agent(&"ä".repeat(500)).chars().count(), 200);
    }
}
