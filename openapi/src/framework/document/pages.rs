//! Where the document is served.

use bytes::Bytes;
use poem::{Route, get};

use super::framework_page::FrameworkPage;
use super::sequential::sequential;
use super::yaml::to_yaml;
use super::{document_under, service};
use crate::http::web::{ContentPolicy, SCRIPT, STYLE, file, page};
use crate::settings::BasePath;

const JSON: &str = "application/json";
/// RFC 9512.
const YAML: &str = "application/yaml";

/// Swagger UI embeds icons in its style sheet and its script, and sets inline styles.
const SWAGGER: ContentPolicy = ContentPolicy {
    styles: "'self' 'unsafe-inline'",
    images: "'self' data:",
    ..ContentPolicy::PAGE
};
/// `ReDoc` inserts styles, and searches in a worker that it creates.
const REDOC: ContentPolicy = ContentPolicy { workers: "blob:", ..SWAGGER };

/// Adds the document and the pages that show it, as clients see them under this path.
pub(crate) fn add_pages(pages: Route, base: &BasePath) -> Route {
    let document = document_under(base);
    let json = Bytes::from(super::json(&document));
    let newer = super::json(&sequential(document.clone()));
    let swagger = FrameworkPage::of(&service().swagger_ui_html());
    let redoc = FrameworkPage::of(&service().redoc_html());
    let under = |text: &str| under(base, text);
    let html = |viewer| under(&include_str!("web/page.html").replace("VIEWER", viewer));
    let swagger_page = page(html("docs"), SWAGGER);
    let redoc_page = page(html("redoc"), REDOC);
    let style = || get(file(STYLE, include_str!("web/page.css")));
    let swagger_script = under(include_str!("web/swagger.js"));
    let redoc_script = under(include_str!("web/redoc.js"));
    pages
        .at("/openapi.json", get(file(JSON, json.clone())))
        .at("/openapi-3.2.json", get(file(JSON, newer)))
        .at("/openapi.yaml", get(file(YAML, to_yaml(&document))))
        .at("/api/schema", get(file(JSON, json)))
        .at("/api/docs", get(swagger_page))
        .at("/api/docs/page.js", get(file(SCRIPT, swagger_script)))
        .at("/api/docs/page.css", style())
        .at("/api/docs/framework.js", get(file(SCRIPT, swagger.script)))
        .at("/api/docs/framework.css", get(file(STYLE, swagger.style)))
        .at("/api/redoc", get(redoc_page))
        .at("/api/redoc/page.js", get(file(SCRIPT, redoc_script)))
        .at("/api/redoc/page.css", style())
        .at("/api/redoc/framework.js", get(file(SCRIPT, redoc.script)))
        .at("/api/redoc/framework.css", get(file(STYLE, redoc.style)))
}

/// A page or script whose links lead to paths under this one.
fn under(base: &BasePath, text: &str) -> String {
    let base = base.as_str();
    text.replace("=\"/", &format!("=\"{base}/"))
        .replace("'/openapi.json'", &format!("'{base}/openapi.json'"))
}
