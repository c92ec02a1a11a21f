//! The OpenAPI document and its page.

mod document;
mod page;
