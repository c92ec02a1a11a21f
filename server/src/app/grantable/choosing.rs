//! Which audiences and scopes a new credential gets, out of what whoever asks holds.

use std::sync::Arc;

use super::{Holdings, MAX_AUDIENCES};
use crate::app::create_credential::NewCredential;
use crate::app::error::AppError;
use crate::domain::resource_server::{ResourceIdentifier, ResourceServer};
use crate::domain::scope::{MAX_SCOPES, Scope, without_repeats};

pub(in crate::app) fn choose_audiences(
    holdings: &Holdings,
    new: &NewCredential,
) -> Result<Vec<Arc<ResourceServer>>, AppError> {
    // A Super API Key is for all there are.
    if new.audiences.len() > MAX_AUDIENCES && !new.super_key {
        return Err(AppError::invalid(
            "audiences",
            format!("must be at most {MAX_AUDIENCES}"),
        ));
    }
    if !new.audiences.is_empty() {
        return named_audiences(holdings, &new.audiences);
    }
    match &new.scopes {
        Some(scopes) if !scopes.is_empty() => audiences_of_scopes(holdings, scopes),
        _ => only_audience(holdings),
    }
}

fn named_audiences(
    holdings: &Holdings,
    identifiers: &[ResourceIdentifier],
) -> Result<Vec<Arc<ResourceServer>>, AppError> {
    let mut chosen: Vec<Arc<ResourceServer>> = Vec::new();
    for (index, identifier) in identifiers.iter().enumerate() {
        let (server, _) = holdings
            .servers
            .iter()
            .find(|(server, _)| server.identifier == *identifier)
            .ok_or_else(|| {
                AppError::invalid(
                    format!("audiences[{index}]"),
                    "must be the identifier of a resource server that you may use",
                )
            })?;
        if !chosen.iter().any(|known| known.id == server.id) {
            chosen.push(Arc::clone(server));
        }
    }
    Ok(chosen)
}

/// The resource servers that the scopes belong to. Where one scope belongs to several, nobody can
/// tell which was meant.
fn audiences_of_scopes(
    holdings: &Holdings,
    scopes: &[Scope],
) -> Result<Vec<Arc<ResourceServer>>, AppError> {
    let mut chosen: Vec<Arc<ResourceServer>> = Vec::new();
    for (index, scope) in scopes.iter().enumerate() {
        let mut owners = holdings
            .servers
            .iter()
            .filter(|(_, held)| held.contains(scope));
        let field = || format!("scopes[{index}]");
        let Some((owner, _)) = owners.next() else {
            return Err(AppError::invalid(
                field(),
                "must be a scope that you may grant",
            ));
        };
        if owners.next().is_some() {
            return Err(AppError::invalid(
                "audiences",
                format!(
                    "must be named, since the scope {scope} belongs to more than one resource server"
                ),
            ));
        }
        if !chosen.iter().any(|known| known.id == owner.id) {
            chosen.push(Arc::clone(owner));
        }
    }
    Ok(chosen)
}

/// With neither audience nor scope: the one resource server there is beside the management API.
fn only_audience(holdings: &Holdings) -> Result<Vec<Arc<ResourceServer>>, AppError> {
    let mut others = holdings
        .servers
        .iter()
        .filter(|(server, _)| !server.is_management());
    match (others.next(), others.next()) {
        (Some((server, _)), None) => Ok(vec![Arc::clone(server)]),
        (None, _) => Err(AppError::invalid(
            "audiences",
            "must be named: there is no resource server yet but the management API itself",
        )),
        (Some(_), Some(_)) => Err(AppError::invalid(
            "audiences",
            "must be named, since there is more than one resource server",
        )),
    }
}

pub(in crate::app) fn choose_scopes(
    holdings: &Holdings,
    audiences: &[Arc<ResourceServer>],
    new: &NewCredential,
) -> Result<Vec<Scope>, AppError> {
    let Some(asked) = &new.scopes else {
        let all = audiences
            .iter()
            .flat_map(|server| holdings.scopes_at(server))
            .filter(|scope| !reaches_too_far(holdings, audiences, scope));
        return Ok(without_repeats(all.cloned()));
    };
    if asked.len() > MAX_SCOPES {
        return Err(AppError::invalid(
            "scopes",
            format!("must be at most {MAX_SCOPES}"),
        ));
    }
    for (index, scope) in asked.iter().enumerate() {
        if !audiences.iter().any(|server| holdings.knows(server, scope)) {
            return Err(AppError::invalid(
                format!("scopes[{index}]"),
                "must be a scope of one of the audiences, and one that you may grant",
            ));
        }
    }
    for (index, scope) in asked.iter().enumerate() {
        if reaches_too_far(holdings, audiences, scope) {
            return Err(AppError::invalid(
                format!("scopes[{index}]"),
                "must be one that you may grant at every audience that knows it",
            ));
        }
    }
    Ok(without_repeats(asked.iter().cloned()))
}

/// A scope granted for one audience counts at every audience of the credential that knows it, so it
/// must be held at each of those.
fn reaches_too_far(holdings: &Holdings, audiences: &[Arc<ResourceServer>], scope: &Scope) -> bool {
    audiences
        .iter()
        .any(|server| server.knows(scope) && !holdings.knows(server, scope))
}
