//! Where the document is served.

use bytes::Bytes;
use poem::{Route, get};

use super::framework_page::FrameworkPage;
use super::{document_json, document_yaml, service};
use crate::http::web::{ContentPolicy, SCRIPT, STYLE, file, page};

const JSON: &str = "application/json";
/// RFC 9512.
const YAML: &str = "application/yaml";

/// Swagger UI has its icons in its style sheet and in its script, and sets style as it goes.
const SWAGGER: ContentPolicy = ContentPolicy {
    styles: "'self' 'unsafe-inline'",
    images: "'self' data:",
    ..ContentPolicy::PAGE
};
/// `ReDoc` puts its style in, and searches in a script that it makes.
const REDOC: ContentPolicy = ContentPolicy {
    workers: "blob:",
    ..SWAGGER
};

/// Adds the document and the pages that show it.
pub(crate) fn add_pages(pages: Route) -> Route {
    let json = Bytes::from(document_json());
    let swagger = FrameworkPage::of(&service().swagger_ui_html());
    let redoc = FrameworkPage::of(&service().redoc_html());
    let swagger_page = page(include_str!("web/swagger.html"), SWAGGER);
    let redoc_page = page(include_str!("web/redoc.html"), REDOC);
    let swagger_script = include_str!("web/swagger.js");
    let redoc_script = include_str!("web/redoc.js");
    pages
        .at("/openapi.json", get(file(JSON, json.clone())))
        .at("/openapi.yaml", get(file(YAML, document_yaml())))
        .at("/api/schema", get(file(JSON, json)))
        .at("/api/docs", get(swagger_page))
        .at("/api/docs/page.js", get(file(SCRIPT, swagger_script)))
        .at("/api/docs/framework.js", get(file(SCRIPT, swagger.script)))
        .at("/api/docs/framework.css", get(file(STYLE, swagger.style)))
        .at("/api/redoc", get(redoc_page))
        .at("/api/redoc/page.js", get(file(SCRIPT, redoc_script)))
        .at("/api/redoc/framework.js", get(file(SCRIPT, redoc.script)))
        .at("/api/redoc/framework.css", get(file(STYLE, redoc.style)))
}
