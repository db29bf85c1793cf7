//! Query parameters, pages and their links.

mod links;
mod page;
mod paging;
mod param;
pub(crate) mod shape;

pub(crate) use links::{PageLinks, Url};
pub(crate) use page::page;
pub(crate) use paging::page_request;
pub(crate) use param::QueryParam;

use leopard_core::Failure;
use leopard_core::domain::field::FieldErrors;
use poem::Request;

/// Refuses a request with invalid parameters.
pub(crate) fn check(errors: FieldErrors) -> Result<(), Failure> {
    if errors.is_empty() { Ok(()) } else { Err(Failure::Invalid(errors)) }
}

/// The value of this name; the last one of several, as in Django.
pub(crate) fn last_value(request: &Request, name: &str) -> Option<String> {
    values(request, name).pop()
}

/// All values of this name, joined by commas.
fn all_values(request: &Request, name: &str) -> Option<String> {
    let mut values = values(request, name);
    values.retain(|value| !value.is_empty());
    (!values.is_empty()).then(|| values.join(","))
}

fn values(request: &Request, name: &str) -> Vec<String> {
    let query = request.uri().query().unwrap_or_default();
    // A percent sign may encode a character of the name.
    if !query.contains(name) && !query.contains('%') {
        return vec![];
    }
    let pairs: Vec<(String, String)> = request.params().unwrap_or_default();
    pairs.into_iter().filter(|(key, _)| key == name).map(|(_, value)| value).collect()
}
