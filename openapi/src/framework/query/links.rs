use std::sync::Arc;

use leopard_core::domain::page::Page;
use poem::Request;
use poem_openapi::registry::MetaSchema;

use crate::framework::described;
use crate::framework::payload::inline;
use crate::http::forwarded::origin;
use crate::settings::HttpSettings;

/// An absolute URL in a response.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Url(pub(crate) String);

impl Url {
    /// The URL of this path of the API, as the client of this request reaches it.
    pub(crate) fn of(request: &Request, path: &str) -> Self {
        let settings = request.data::<Arc<HttpSettings>>();
        let base = settings.map_or("", |settings| settings.base_path.as_str());
        Self(format!("{}{base}{path}", origin(request)))
    }
}

described! {
    Url, "Url",
    inline(MetaSchema::new_with_format("string", "uri")),
    json |url| url.0,
}

/// The URLs of the pages around a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PageLinks {
    pub(crate) next: Option<Url>,
    pub(crate) previous: Option<Url>,
}

impl PageLinks {
    /// The URLs of this request with another page and otherwise the same query.
    pub(crate) fn of<T>(request: &Request, page: &Page<T>) -> Self {
        let number = page.request.number();
        let previous = (number > 1).then(|| number - 1);
        Self {
            next: page.has_next().then(|| Url(url(request, number + 1))),
            previous: previous.map(|number| Url(url(request, number))),
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
    let Url(mut url) = Url::of(request, &format!("{}/", uri.path().trim_end_matches('/')));
    if !pairs.is_empty() {
        url.push('?');
        url.push_str(&pairs.join("&"));
    }
    url
}

#[cfg(test)]
mod tests;
