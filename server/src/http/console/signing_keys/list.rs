//! Every signing key and its state.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use chrono::{DateTime, Utc};

use crate::app::signing_keys;
use crate::domain::algorithm::Algorithm;
use crate::domain::duration::in_words;
use crate::domain::signing_key::{KeyState, RotationPolicy, SigningKey};
use crate::http::console::refusal::Refusal;
use crate::http::console::shell::{Shell, section};
use crate::http::console::visitor::Visitor;

/// How many retired keys are shown at most.
const MOST_RETIRED: usize = 50;

/// The keys of an algorithm.
struct Group {
    algorithm: Algorithm,
    /// Whether anything is signed with it.
    in_use: bool,
    /// What comes next, and when.
    next: &'static str,
    next_at: Option<DateTime<Utc>>,
    keys: Vec<Row>,
}

/// A key and its state in words.
struct Row {
    key: SigningKey,
    /// Of the badge.
    tone: &'static str,
    word: &'static str,
    meaning: &'static str,
}

impl From<SigningKey> for Row {
    fn from(key: SigningKey) -> Self {
        let (tone, word, meaning) = match key.state {
            KeyState::Next => ("info", "Next", "Published, and does not sign yet"),
            KeyState::Active => ("ok", "Active", "Signs tokens"),
            KeyState::Retiring => (
                "warn",
                "Retiring",
                "Signs no more; published while its tokens live",
            ),
            KeyState::Retired => (
                "off",
                "Retired",
                "Out of the JWKS; its private part is gone",
            ),
        };
        Self {
            key,
            tone,
            word,
            meaning,
        }
    }
}

#[derive(Template)]
#[template(path = "console/signing_keys/list.html")]
struct KeysPage {
    shell: Shell,
    groups: Vec<Group>,
    retired: Vec<Row>,
    rotate_every: String,
    publish_before: String,
}

/// Shows them.
///
/// # Errors
/// 404 for anybody but operators, 503.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    visitor.operator()?;
    let app = visitor.app();
    let in_use = signing_keys::algorithms(app);
    let (mut retired, live): (Vec<_>, Vec<_>) = signing_keys::list(app)
        .await?
        .into_iter()
        .partition(|key| key.state == KeyState::Retired);
    retired.truncate(MOST_RETIRED);
    let mut algorithms = in_use.clone();
    for key in &live {
        if !algorithms.contains(&key.algorithm) {
            algorithms.push(key.algorithm);
        }
    }
    let groups = algorithms.into_iter().map(|algorithm| {
        let keys = live.iter().filter(|key| key.algorithm == algorithm);
        let in_use = in_use.contains(&algorithm);
        group(algorithm, in_use, keys.cloned().collect(), &app.rotation)
    });
    let page = KeysPage {
        groups: groups.collect(),
        retired: retired.into_iter().map(Row::from).collect(),
        rotate_every: in_words(app.rotation.rotate_every),
        publish_before: in_words(app.rotation.publish_before),
        shell: visitor.shell(None, section::SIGNING_KEYS).await?,
    };
    visitor.show(StatusCode::OK, &page)
}

fn group(
    algorithm: Algorithm,
    in_use: bool,
    mut keys: Vec<SigningKey>,
    policy: &RotationPolicy,
) -> Group {
    let find = |state| keys.iter().find(|key| key.state == state);
    let (next, next_at) = match (find(KeyState::Next), find(KeyState::Active)) {
        (Some(next), _) if in_use => (
            "The next key is published already, and begins to sign at",
            Some(next.activates_at),
        ),
        (None, Some(active)) if in_use => (
            "By schedule, the next key begins to sign at",
            Some(active.activates_at + policy.rotate_every),
        ),
        (None, None) if in_use => ("None signs. One is made within a minute.", None),
        (_, Some(active)) => (
            "Nothing asks for this algorithm any more. The active key stops signing at",
            Some(active.activates_at + policy.rotate_every),
        ),
        (_, None) => ("Nothing asks for this algorithm any more.", None),
    };
    keys.sort_by_key(|key| match key.state {
        KeyState::Active => 0,
        KeyState::Next => 1,
        KeyState::Retiring => 2,
        KeyState::Retired => 3,
    });
    Group {
        algorithm,
        in_use,
        next,
        next_at,
        keys: keys.into_iter().map(Row::from).collect(),
    }
}
