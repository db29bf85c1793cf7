//! Where the document is served.

use bytes::Bytes;
use poem::endpoint::make_sync;
use poem::{Body, Endpoint, Response, Route, get};

use super::{document, document_json, document_yaml, service};

const SWAGGER_BODY: &str = include_str!("swagger_body.html");
const REDOC_BODY: &str = include_str!("redoc_body.html");

const JSON: &str = "application/json";
/// RFC 9512.
const YAML: &str = "application/yaml";
const HTML: &str = "text/html; charset=utf-8";

/// Adds the document and the pages that show it.
pub(crate) fn add_pages(pages: Route) -> Route {
    let json = Bytes::from(document_json());
    pages
        .at("/openapi.json", get(fixed(JSON, json.clone())))
        .at("/openapi.yaml", get(fixed(YAML, document_yaml().into())))
        .at("/api/schema", get(fixed(JSON, json)))
        .at("/api/docs", get(fixed(HTML, swagger_ui())))
        .at("/api/redoc", get(fixed(HTML, redoc())))
}

fn fixed(content_type: &'static str, content: Bytes) -> impl Endpoint<Output = Response> {
    make_sync(move |_| {
        Response::builder()
            .content_type(content_type)
            .body(Body::from_bytes(content.clone()))
    })
}

fn swagger_ui() -> Bytes {
    page(&service().swagger_ui_html(), SWAGGER_BODY)
}

fn redoc() -> Bytes {
    page(&service().redoc_html(), REDOC_BODY)
}

/// A page of the framework with its script and its style in it, and with a body of ours that
/// shows the finished document. What it links elsewhere, such as fonts, is left out: no other
/// host is asked for anything.
fn page(framework: &str, body: &str) -> Bytes {
    let head = framework
        .rfind("<body>")
        .map_or("", |end| &framework[..end]);
    let dropped = |line: &str| line.starts_with("<!DOCTYPE") || line.starts_with("<link ");
    let head = head.trim().lines();
    let head: Vec<_> = head.filter(|line| !dropped(line.trim_start())).collect();
    // A text that ends the script must not end it.
    let document = document().to_string().replace("</", "<\\/");
    let body = body.replacen("{document}", &document, 1);
    Bytes::from(format!("<!doctype html>\n{}\n{body}", head.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_show_the_finished_document_and_ask_no_other_host() {
        for (page, script) in [
            (swagger_ui(), "SwaggerUIBundle({"),
            (redoc(), "Redoc.init({"),
        ] {
            let page = String::from_utf8(page.to_vec()).unwrap();
            assert!(page.contains(script));
            assert!(page.contains("\"openapi\":\"3.0.3\""));
            for elsewhere in ["src=\"http", "href=\"http", "@import", "url(http"] {
                assert!(!page.contains(elsewhere), "{elsewhere}");
            }
        }
    }
}
