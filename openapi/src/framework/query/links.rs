use std::sync::Arc;

use leopard_core::domain::page::Page;
use poem::Request;

use crate::http::forwarded::origin;
use crate::settings::HttpSettings;

/// The URLs of the pages around a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PageLinks {
    pub(crate) next: Option<String>,
    pub(crate) previous: Option<String>,
}

impl PageLinks {
    /// The URLs of this request with another page and otherwise the same query.
    pub(crate) fn of<T>(request: &Request, page: &Page<T>) -> Self {
        let number = page.request.number();
        let previous = (number > 1).then(|| number - 1);
        Self {
            next: page.has_next().then(|| url(request, number + 1)),
            previous: previous.map(|number| url(request, number)),
        }
    }
}

fn url(request: &Request, page: u64) -> String {
    let uri = request.uri();
    let is_page = |pair: &&str| pair.split('=').next() == Some("page");
    let kept = uri.query().unwrap_or_default().split('&');
    let mut pairs: Vec<String> =
        kept.filter(|pair| !pair.is_empty() && !is_page(pair)).map(str::to_owned).collect();
    // The first page is the list itself, as Django links it.
    if page > 1 {
        pairs.push(format!("page={page}"));
    }
    // Routing has trimmed the final slash that every list has.
    let path = uri.path().trim_end_matches('/');
    let settings = request.data::<Arc<HttpSettings>>();
    let base = settings.map_or("", |settings| settings.base_path.as_str());
    let mut url = format!("{}{base}{path}/", origin(request));
    if !pairs.is_empty() {
        url.push('?');
        url.push_str(&pairs.join("&"));
    }
    url
}

#[cfg(test)]
mod tests;
