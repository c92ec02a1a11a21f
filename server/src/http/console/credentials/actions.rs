//! What the visitor may do with a credential, and where.

use crate::domain::credential::{Credential, CredentialStatus};
use crate::http::console::place::Place;
use crate::http::console::shell::Shell;

/// The addresses of what may be done; empty where it may not.
#[derive(Debug, Default)]
pub struct Actions {
    /// The page of the credential.
    pub show: String,
    /// Its name, description, expiry and limits.
    pub edit: String,
    /// What it was used for.
    pub usage: String,
    /// Another secret.
    pub rotate: String,
    /// Off, for one that is on.
    pub disable: String,
    /// On, for one that is off.
    pub enable: String,
    /// Gone.
    pub delete: String,
}

impl Actions {
    /// What this visitor may do with this credential. What only the whole of a change decides, such
    /// as whether an expiry lies too far, is told when it is tried.
    pub fn of(shell: &Shell, place: &Place, credential: &Credential) -> Self {
        let page = shell.url(&place.path(&format!("/credentials/{}", credential.id)));
        Self::below(&page, place, credential)
    }

    /// The same with addresses that begin with `page`. Those on the list are relative to it: there
    /// are many of them, and a page is to be small.
    pub fn below(page: &str, place: &Place, credential: &Credential) -> Self {
        let at = |rest: &str, may: bool| {
            if may {
                format!("{page}{rest}")
            } else {
                String::new()
            }
        };
        let change = may_change(place, credential);
        let disabled = credential.status == CredentialStatus::Disabled;
        Self {
            show: at("", true),
            edit: at("/edit", change),
            usage: at("/usage", place.may("usage:read")),
            // A Super API Key keeps its secret.
            rotate: at("/rotate", change && !credential.super_key),
            disable: at("/disable", change && !disabled),
            enable: at("/enable", change && disabled),
            delete: at("/delete", change),
        }
    }

    /// Whether anything may be changed.
    pub fn is_any(&self) -> bool {
        !self.edit.is_empty()
    }
}

/// Whether the visitor may change this credential. That of an operator is an operator's to change.
pub fn may_change(place: &Place, credential: &Credential) -> bool {
    place.may("credentials:write") && (place.caller.operator || !credential.operator)
}
