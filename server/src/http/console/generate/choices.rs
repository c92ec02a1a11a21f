//! What the form for a new credential offers, as the template shows it.

use super::wanted::{api_of, scope_value};
use crate::app::offer::{Offer, OfferedApi};
use crate::domain::credential::CredentialKind;
use crate::http::console::fields::Fields;

/// How many APIs are ticked unasked at most: as many as one credential may have.
const MOST_TICKED: usize = 20;

/// A box, a radio button or an option.
pub(super) struct Choice {
    pub value: String,
    pub label: String,
    pub note: String,
    pub chosen: bool,
}

/// The scopes of one API.
pub(super) struct ScopeGroup {
    pub legend: String,
    pub management: bool,
    /// Whether it is unfolded.
    pub open: bool,
    pub scopes: Vec<Choice>,
}

/// All that is offered.
pub(super) struct Choices {
    pub groups: Vec<ScopeGroup>,
    pub places: Vec<Choice>,
    /// Whether an agent is named in a text field, since there are too many for a list.
    pub name_the_agent: bool,
    pub agent_hint: &'static str,
    pub agent_needed: bool,
    pub first: Vec<Choice>,
    pub ends: Vec<Choice>,
    /// Whether the folded part is unfolded.
    pub open: bool,
}

impl Choices {
    /// What is offered, with what was `typed` chosen; without any, what is mostly meant.
    pub(super) fn new(
        kind: CredentialKind,
        offer: &Offer,
        typed: Option<&Fields>,
        agent: &str,
    ) -> Self {
        let groups: Vec<_> = offer
            .apis
            .iter()
            .map(|api| group(api, |value| is_ticked(kind, offer, api, typed, value)))
            .collect();
        let nothing_ticked = !groups
            .iter()
            .any(|group| group.scopes.iter().any(|scope| scope.chosen));
        Self {
            groups,
            places: places(offer, agent),
            name_the_agent: offer.more_agents,
            agent_hint: if offer.whole_organization {
                "The short name of one. Without any it belongs to the whole organization."
            } else {
                "The short name of one that you administer."
            },
            agent_needed: !offer.whole_organization,
            first: first(offer, typed),
            ends: ends(typed),
            open: typed.is_some() || kind == CredentialKind::ApiKey && nothing_ticked,
        }
    }
}

/// A key is mostly for all that there is; for anything else, fewer scopes are safer.
fn is_ticked(
    kind: CredentialKind,
    offer: &Offer,
    api: &OfferedApi,
    typed: Option<&Fields>,
    value: &str,
) -> bool {
    match typed {
        Some(fields) => fields.all("scope").any(|ticked| ticked == value),
        None => {
            kind == CredentialKind::ApiKey
                && !api.server.is_management()
                && offer.apis.len() <= MOST_TICKED
        }
    }
}

fn group(api: &OfferedApi, is_ticked: impl Fn(&str) -> bool) -> ScopeGroup {
    let scopes: Vec<_> = api
        .scopes
        .iter()
        .map(|scope| {
            let value = scope_value(api, &scope.name);
            Choice {
                chosen: is_ticked(&value),
                value,
                label: scope.name.to_string(),
                note: scope.description.clone(),
            }
        })
        .collect();
    let management = api.server.is_management();
    ScopeGroup {
        legend: legend(api),
        management,
        open: scopes.iter().any(|scope| scope.chosen),
        scopes,
    }
}

fn legend(api: &OfferedApi) -> String {
    let server = &api.server;
    if server.is_management() {
        "grantd itself".to_owned()
    } else if server.name.as_str() == server.identifier.as_str() {
        server.name.to_string()
    } else {
        format!("{} ({})", server.name, server.identifier)
    }
}

fn places(offer: &Offer, chosen: &str) -> Vec<Choice> {
    let whole = Choice {
        value: String::new(),
        label: "The whole organization".to_owned(),
        note: String::new(),
        chosen: chosen.is_empty(),
    };
    let head = match (offer.whole_organization, offer.agents.as_slice()) {
        (true, _) => Some(whole),
        (false, [_only]) => None,
        (false, _) => Some(Choice {
            label: "Choose an agent".to_owned(),
            ..whole
        }),
    };
    let agents = offer.agents.iter().map(|agent| Choice {
        value: agent.slug.to_string(),
        label: if agent.name.as_str() == agent.slug.as_str() {
            agent.name.to_string()
        } else {
            format!("{} ({})", agent.name, agent.slug)
        },
        note: String::new(),
        chosen: chosen == agent.slug.as_str(),
    });
    head.into_iter().chain(agents).collect()
}

fn first(offer: &Offer, typed: Option<&Fields>) -> Vec<Choice> {
    let chosen = typed.map_or("", |fields| fields.text("audience"));
    let unsaid = Choice {
        value: String::new(),
        label: "The first above with a ticked scope".to_owned(),
        note: String::new(),
        chosen: chosen.is_empty(),
    };
    let apis = offer.apis.iter().map(|api| {
        let value = api_of(api);
        Choice {
            chosen: chosen == value,
            value,
            label: legend(api),
            note: String::new(),
        }
    });
    std::iter::once(unsaid).chain(apis).collect()
}

fn ends(typed: Option<&Fields>) -> Vec<Choice> {
    let chosen = typed.and_then(|fields| fields.given("expires"));
    let chosen = chosen.unwrap_or("never");
    [
        ("never", "Never", ""),
        ("30", "In 30 days", ""),
        ("90", "In 90 days", ""),
        ("365", "In 365 days", ""),
        ("date", "After a day", "Enter it below."),
    ]
    .into_iter()
    .map(|(value, label, note)| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        note: note.to_owned(),
        chosen: chosen == value,
    })
    .collect()
}
