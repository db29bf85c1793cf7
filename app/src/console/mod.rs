//! The embedded web pages.

use leopard_openapi::web::{self, ContentPolicy, SCRIPT, STYLE, page};
use poem::{Route, get};

const IMAGE: &str = "image/svg+xml";

/// The stream tester, and code in the browser's console, may connect to any server: for a browser, `localhost` and
/// `127.0.0.1` are different ones.
const ANY_SERVER: ContentPolicy =
    ContentPolicy { connections: "http: https:", ..ContentPolicy::PAGE };

/// All pages by path.
pub fn pages() -> Route {
    let home = page(include_str!("index.html"), ANY_SERVER);
    let tester = page(include_str!("test_sse.html"), ANY_SERVER);
    let file = |kind, text: &'static str| get(web::file(kind, text));
    Route::new()
        .at("/", get(home))
        .at("/index.js", file(SCRIPT, include_str!("index.js")))
        .at("/test_sse.html", get(tester))
        .at("/test_sse.js", file(SCRIPT, include_str!("test_sse.js")))
        .at("/favicon.ico", file(IMAGE, include_str!("favicon.svg")))
        .at("/console.css", file(STYLE, include_str!("console.css")))
}
