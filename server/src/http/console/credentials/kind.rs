//! What the two kinds of credentials are called.

use crate::domain::credential::CredentialKind;
use crate::http::console::shell::section;

/// The words for a kind.
pub struct KindWords {
    /// As the address has it.
    pub kind: &'static str,
    /// Many of them.
    pub title: &'static str,
    /// Many of them, within a sentence.
    pub many: &'static str,
    /// One of them.
    pub one: &'static str,
    /// What its id is called.
    pub id: &'static str,
    /// What they are.
    pub lede: &'static str,
    /// The button that makes one.
    pub make: &'static str,
    /// What is said while there are none.
    pub none: &'static str,
    /// What to do while there are none.
    pub first: &'static str,
    /// What of it can be changed.
    pub edit_lede: &'static str,
    /// The entry of the navigation.
    pub section: &'static str,
}

const OAUTH_CLIENTS: KindWords = KindWords {
    kind: "oauth_client",
    title: "API credentials",
    many: "API credentials",
    one: "API credential",
    id: "Client id",
    lede: "A client id and a secret, with which a program gets tokens for the scopes it was given.",
    make: "Generate credentials",
    none: "No API credentials yet",
    first: "Generate a pair for each program that is to call an API. You are shown the secret once; \
            here you see later when it was last used, and take it away again.",
    edit_lede: "Scopes and agent stay as they are: generate another one for others.",
    section: section::CREDENTIALS,
};

const API_KEYS: KindWords = KindWords {
    kind: "api_key",
    title: "API keys",
    many: "API keys",
    one: "API key",
    id: "Id of the key",
    lede: "One secret that a program sends with each call, where it cannot get tokens.",
    make: "New API key",
    none: "No API keys yet",
    first: "Make a key for each program, and put it into that program’s settings. You are shown it \
            once; here you see later when it was last used, and take it away again.",
    edit_lede: "Scopes and agent stay as they are: make another key for others.",
    section: section::KEYS,
};

/// The words for this kind.
pub const fn words(kind: CredentialKind) -> &'static KindWords {
    match kind {
        CredentialKind::OauthClient => &OAUTH_CLIENTS,
        CredentialKind::ApiKey => &API_KEYS,
    }
}
