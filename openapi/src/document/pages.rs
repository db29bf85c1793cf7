//! Where the document is served.

use bytes::Bytes;
use poem::endpoint::make_sync;
use poem::{Body, Endpoint, Response, Route, get};

use super::{document, document_json, service};

const SWAGGER_BODY: &str = include_str!("swagger_body.html");

/// Adds the document and the page that shows it.
pub(crate) fn add_pages(pages: Route) -> Route {
    let json = Bytes::from(document_json());
    pages
        .at(
            "/openapi.json",
            get(fixed("application/json", json.clone())),
        )
        .at("/api/schema", get(fixed("application/json", json)))
        .at(
            "/api/docs",
            get(fixed("text/html; charset=utf-8", swagger_ui())),
        )
}

fn fixed(content_type: &'static str, content: Bytes) -> impl Endpoint<Output = Response> {
    make_sync(move |_| {
        Response::builder()
            .content_type(content_type)
            .body(Body::from_bytes(content.clone()))
    })
}

/// Swagger UI with its script and its style in the page: no other host is asked for anything.
fn swagger_ui() -> Bytes {
    let page = service().swagger_ui_html();
    let head = page.rfind("<body>").map_or("", |end| &page[..end]);
    // A text that ends the script must not end it.
    let document = document().to_string().replace("</", "<\\/");
    let body = SWAGGER_BODY.replacen("{document}", &document, 1);
    Bytes::from(format!("<!doctype html>\n{}{body}", head.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swagger_ui_shows_the_finished_document_and_asks_no_other_host() {
        let page = String::from_utf8(swagger_ui().to_vec()).unwrap();
        assert!(page.contains("SwaggerUIBundle({"));
        assert!(page.contains("\"openapi\":\"3.0.3\""));
        for elsewhere in ["src=\"http", "href=\"http", "@import", "url(http"] {
            assert!(!page.contains(elsewhere), "{elsewhere}");
        }
    }
}
