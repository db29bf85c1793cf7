//! The document of the API (`OpenAPI` 3.0.3).

mod components;
mod extensions;
mod failure_example;
mod finish;
mod framework_page;
mod pages;
mod schemas;
mod scopes;
mod sequential;
mod statuses;
mod yaml;

use poem_openapi::{ContactObject, LicenseObject, OpenApiService};
use serde_json::Value;

use crate::api::{Api, ApiMetadata};
use crate::settings::BasePath;

pub(crate) use extensions::extensions;
pub(crate) use finish::lacks_slash;
pub(crate) use pages::add_pages;

const DESCRIPTION: &str = include_str!("description.md");

#[must_use]
pub fn document() -> Value {
    // It was serialised a moment ago.
    finish::finish(serde_json::from_str(&service().spec()).unwrap_or_default())
}

/// The document as text, as it is checked in as `openapi.json`.
#[must_use]
pub fn document_json() -> String {
    json(&document())
}

/// The document of an API that clients see under this path.
fn document_under(base: &BasePath) -> Value {
    let mut document = document();
    if !base.as_str().is_empty() {
        document["servers"][0]["url"] = base.as_str().into();
    }
    document
}

/// The document as YAML; readers of YAML 1.1 find the same values in it.
#[must_use]
pub fn document_yaml() -> String {
    yaml::to_yaml(&document())
}

fn json(document: &Value) -> String {
    format!("{document:#}\n")
}

fn service() -> OpenApiService<ApiMetadata<Api>, ()> {
    OpenApiService::new(ApiMetadata::new(), "Leopard", env!("CARGO_PKG_VERSION"))
        .description(DESCRIPTION)
        .contact(ContactObject::new().name("Leopard"))
        .license(LicenseObject::new("MIT").url("https://opensource.org/license/mit"))
        .server("/")
}

#[cfg(test)]
mod tests;
