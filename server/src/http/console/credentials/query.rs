//! What the address of the list says: which credentials, in which order, from where on.

use url::form_urlencoded::Serializer;

use crate::app::credentials::Filter;
use crate::domain::credential::CredentialKind;
use crate::domain::credential_list::{Sort, Standing};
use crate::domain::ids::AgentId;
use crate::domain::search::SearchText;
use crate::http::console::fields::Fields;
use crate::http::console::form_errors::FormErrors;

/// For how many days something has not been used to be shown as unused.
const UNUSED_DAYS: u32 = 90;

/// Within how many days something expires to be shown as expiring.
const EXPIRING_DAYS: u32 = 30;

/// The list that an address asks for. What it does not know, it leaves out: such an address was
/// written by hand.
pub struct Query {
    /// Which kind.
    pub kind: CredentialKind,
    /// The text that is looked for, as it was sent.
    pub q: String,
    search: Option<SearchText>,
    agent: Option<AgentId>,
    standing: Option<Standing>,
    /// `unused`, `expiring` or nothing.
    pub show: &'static str,
    /// The order.
    pub sort: Sort,
    /// The cursor; empty at the beginning.
    pub page: String,
}

impl Query {
    /// Reads the query. What cannot be looked for is noted at its field.
    pub fn read(fields: &Fields, errors: &mut FormErrors) -> Self {
        let shown = ["unused", "expiring"];
        let show = shown
            .into_iter()
            .find(|known| *known == fields.text("show"));
        Self {
            kind: fields
                .parsed("kind")
                .ok()
                .flatten()
                .unwrap_or(CredentialKind::OauthClient),
            q: fields.text("q").to_owned(),
            search: errors.take("q", fields.parsed("q")).flatten(),
            agent: fields.parsed("agent").ok().flatten(),
            standing: fields.parsed("status").ok().flatten(),
            show: show.unwrap_or_default(),
            sort: fields.parsed("sort").ok().flatten().unwrap_or_default(),
            page: fields.text("page").to_owned(),
        }
    }

    /// Which credentials it asks for.
    pub fn filter(&self) -> Filter {
        Filter {
            kind: Some(self.kind),
            agent_id: self.agent,
            search: self.search.clone(),
            standing: self.standing,
            unused_for_days: (self.show == "unused").then_some(UNUSED_DAYS),
            expires_within_days: (self.show == "expiring").then_some(EXPIRING_DAYS),
            ..Filter::default()
        }
    }

    /// Whether it leaves out anything of its kind.
    pub fn narrows(&self) -> bool {
        let filter = Filter {
            kind: None,
            ..self.filter()
        };
        !filter.is_empty() || !self.q.is_empty()
    }

    /// The agent that is chosen; empty for any.
    pub fn agent(&self) -> String {
        self.agent.map_or_else(String::new, |id| id.to_string())
    }

    /// The state that is chosen; empty for any.
    pub fn status(&self) -> &'static str {
        self.standing.map_or("", Standing::as_str)
    }

    /// The query of the same list in another order, from its beginning.
    pub fn sorted(&self, sort: Sort) -> String {
        self.written(sort, "")
    }

    /// The query of the same list from another place on.
    pub fn at(&self, page: &str) -> String {
        self.written(self.sort, page)
    }

    fn written(&self, sort: Sort, page: &str) -> String {
        let (agent, kind, sort) = (self.agent(), self.kind.to_string(), sort.to_string());
        let default = Sort::default().to_string();
        let sort = Some(sort)
            .filter(|sort| *sort != default)
            .unwrap_or_default();
        let all = [
            ("kind", kind.as_str()),
            ("q", self.q.as_str()),
            ("agent", agent.as_str()),
            ("status", self.status()),
            ("show", self.show),
            ("sort", sort.as_str()),
            ("page", page),
        ];
        let given = all.into_iter().filter(|(_, value)| !value.is_empty());
        Serializer::new(String::new()).extend_pairs(given).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Query, FormErrors) {
        let mut errors = FormErrors::default();
        let query = Query::read(&Fields::parse(text.as_bytes()), &mut errors);
        (query, errors)
    }

    #[test]
    fn an_address_is_written_as_it_is_read() {
        for text in [
            "kind=oauth_client",
            "kind=api_key&q=a%26b&status=disabled&show=unused&sort=-name&page=abc",
            "kind=api_key&agent=0197f3c2-6d5e-7c3a-9b1e-2f4a6c8e0b1d&show=expiring",
        ] {
            let (query, errors) = read(text);
            assert_eq!(query.at(&query.page), text);
            assert!(errors.is_empty());
        }
    }

    #[test]
    fn another_order_begins_at_the_beginning() {
        let (query, _) = read("kind=api_key&q=x&page=abc");
        let sort = "-last_used_at".parse().unwrap();
        assert_eq!(query.sorted(sort), "kind=api_key&q=x&sort=-last_used_at");
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let (query, errors) = read("kind=x&agent=x&status=x&show=x&sort=x");
        assert_eq!(query.at(""), "kind=oauth_client");
        assert!(errors.is_empty() && !query.narrows());
        let (query, errors) = read(&format!("q={}", "x".repeat(101)));
        assert!(!errors.of("q").is_empty() && query.narrows());
        assert!(query.filter().search.is_none());
    }

    #[test]
    fn what_narrows_is_told_from_the_kind() {
        for (text, narrows) in [
            ("kind=api_key&sort=name&page=x", false),
            ("q=x", true),
            ("status=active", true),
            ("show=unused", true),
            ("show=expiring", true),
        ] {
            assert_eq!(read(text).0.narrows(), narrows, "{text}");
        }
    }
}
