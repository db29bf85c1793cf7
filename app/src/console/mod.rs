//! The pages that a browser opens, embedded.

use poem::{Response, Route, endpoint::make_sync, get};

/// All pages by their paths.
pub fn pages() -> Route {
    const HTML: &str = "text/html; charset=utf-8";
    Route::new()
        .at("/", get(page(HTML, include_str!("index.html"))))
        .at(
            "/test_sse.html",
            get(page(HTML, include_str!("test_sse.html"))),
        )
        .at(
            "/test_sse.js",
            get(page(
                "text/javascript; charset=utf-8",
                include_str!("test_sse.js"),
            )),
        )
        .at(
            "/favicon.ico",
            get(page("image/svg+xml", include_str!("favicon.svg"))),
        )
        .at(
            "/console.css",
            get(page("text/css; charset=utf-8", include_str!("console.css"))),
        )
}

fn page(content_type: &'static str, text: &'static str) -> impl poem::Endpoint<Output = Response> {
    make_sync(move |_| {
        Response::builder()
            .content_type(content_type)
            .header("Cache-Control", "no-cache")
            .header("X-Content-Type-Options", "nosniff")
            .body(text)
    })
}
