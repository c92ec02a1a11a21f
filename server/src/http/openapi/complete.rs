//! What every operation has in common, and what the settings say.

use utoipa::Number;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{ArrayItems, Components, Object, ObjectBuilder, Schema, Type};
use utoipa::openapi::{OpenApi, Ref, RefOr, Required};

use super::{Described, operations_mut};
use crate::http::problem;

/// What comes before the name of a list of things of that name.
const LIST: &str = "List_";

/// Adds the header that every response carries, gives every operation a name of its own, says of
/// every body whether it may be left out, and puts the rails of a token's lifetime into the fields
/// that they bind. What stands there many times is written once.
pub(super) fn complete(api: &mut OpenApi, described: &Described<'_>) {
    let components = api.components.get_or_insert_default();
    let names: Vec<String> = components.schemas.keys().cloned().collect();
    for (list, schema) in &mut components.schemas {
        if let RefOr::T(Schema::Object(object)) = schema {
            bind_lifetime(object, described.ttl_seconds);
            if let Some(name) = list
                .strip_prefix(LIST)
                .filter(|name| names.iter().any(|n| n == name))
            {
                list_by_name(object, name);
            }
        }
    }
    for item in api.paths.paths.values_mut() {
        for operation in operations_mut(item) {
            name(operation);
            without_errors(operation);
            may_leave_body_out(operation, components);
            with_request_id(operation);
            share_refusals(operation, components);
        }
    }
}

/// A generic type holds the whole schema of what it is a list of, and that stands elsewhere too.
fn list_by_name(list: &mut Object, name: &str) {
    if let Some(RefOr::T(Schema::Array(data))) = list.properties.get_mut("data") {
        data.items = ArrayItems::RefOrSchema(Box::new(Ref::from_schema_name(name).into()));
    }
}

/// Where every field may be absent, so may the body.
fn may_leave_body_out(operation: &mut Operation, components: &Components) {
    let Some(RefOr::T(body)) = &mut operation.request_body else {
        return;
    };
    let needed = body.content.values().any(|content| {
        let RefOr::T(content) = content else {
            return true;
        };
        let Some(RefOr::Ref(reference)) = &content.schema else {
            return true;
        };
        let name = reference
            .ref_location
            .rsplit('/')
            .next()
            .unwrap_or_default();
        match components.schemas.get(name) {
            Some(RefOr::T(Schema::Object(object))) => !object.required.is_empty(),
            _ => true,
        }
    });
    body.required = Some(if needed {
        Required::True
    } else {
        Required::False
    });
}

/// Refusals are the same nearly everywhere: each stands among the components, by what it is and its
/// status. One that differs stays where it is.
fn share_refusals(operation: &mut Operation, components: &mut Components) {
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(refusal) = &*response else {
            continue;
        };
        let kind = match refusal.content.keys().next().map(String::as_str) {
            _ if !status.starts_with(['4', '5']) => continue,
            Some(problem::MEDIA_TYPE) => "Problem",
            Some(_) if operation.tags.iter().flatten().any(|tag| tag == "Tokens") => "OAuthError",
            _ => continue,
        };
        let name = format!("{kind}{status}");
        let shared = components
            .responses
            .entry(name.clone())
            .or_insert_with(|| refusal.clone().into());
        if *shared == RefOr::T(refusal.clone()) {
            *response = RefOr::Ref(Ref::from_response_name(name));
        }
    }
}

/// Two handlers may have one name in two modules. `list` of "Signing keys" is `signing_keys_list`.
fn name(operation: &mut Operation) {
    let tag = operation.tags.iter().flatten().next();
    if let (Some(tag), Some(id)) = (tag, &operation.operation_id) {
        let tag = tag.to_lowercase().replace(' ', "_");
        if tag != *id {
            operation.operation_id = Some(format!("{tag}_{id}"));
        }
    }
}

/// The responses say what the comment's section on errors says.
fn without_errors(operation: &mut Operation) {
    let description = operation.description.take();
    operation.description = description
        .and_then(|text| {
            text.split("# Errors")
                .next()
                .map(|kept| kept.trim().to_owned())
        })
        .filter(|text| !text.is_empty());
}

fn with_request_id(operation: &mut Operation) {
    let header = HeaderBuilder::new()
        .description(Some("The request's name, found again in the log."))
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .pattern(Some("^[A-Za-z0-9._-]{1,64}$")),
        ))
        .build();
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            response
                .headers
                .insert("X-Request-Id".to_owned(), header.clone().into());
        }
    }
}

/// Only of what is sent: something that was made under other rails is still shown.
fn bind_lifetime(object: &mut Object, (min, max): (u32, u32)) {
    if object.additional_properties.is_none() {
        return;
    }
    if let Some(RefOr::T(Schema::Object(lifetime))) = object.properties.get_mut("token_ttl_seconds")
    {
        lifetime.minimum = Some(Number::UInt(min as usize));
        lifetime.maximum = Some(Number::UInt(max as usize));
    }
}
