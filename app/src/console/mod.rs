//! The pages that a browser opens, embedded.

use leopard_openapi::web::{self, ContentPolicy, SCRIPT, STYLE, page};
use poem::{Route, get};

const IMAGE: &str = "image/svg+xml";

/// The stream tester listens to any server that is written into it, and so may who tries out a
/// stream in the browser's console: `localhost` and `127.0.0.1` are two servers to a browser.
const LISTENS: ContentPolicy = ContentPolicy {
    connections: "http: https:",
    ..ContentPolicy::PAGE
};

/// All pages by their paths.
pub fn pages() -> Route {
    let home = page(include_str!("index.html"), LISTENS);
    let tester = page(include_str!("test_sse.html"), LISTENS);
    let file = |kind, text: &'static str| get(web::file(kind, text));
    Route::new()
        .at("/", get(home))
        .at("/index.js", file(SCRIPT, include_str!("index.js")))
        .at("/test_sse.html", get(tester))
        .at("/test_sse.js", file(SCRIPT, include_str!("test_sse.js")))
        .at("/favicon.ico", file(IMAGE, include_str!("favicon.svg")))
        .at("/console.css", file(STYLE, include_str!("console.css")))
}
