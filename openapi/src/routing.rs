//! Which path and method leads to which operation.

use std::collections::HashMap;

use poem::endpoint::BoxEndpoint;
use poem::http::header::{ALLOW, CONTENT_TYPE};
use poem::http::{HeaderValue, Method, StatusCode};
use poem::{Endpoint, Request, Response, Result, Route};
use poem_openapi::OpenApi;

use crate::problem::Problem;

/// Adds every operation of the API to the routes.
pub(crate) fn add_operations(routes: Route, api: impl OpenApi) -> Route {
    let mut table = HashMap::new();
    api.add_routes(&mut table);
    table
        .into_iter()
        .fold(routes, |routes, (path, operations)| {
            routes.at(path, Methods::of(operations))
        })
}

/// The operations of one path, and what is said to any other method.
struct Methods {
    operations: HashMap<Method, BoxEndpoint<'static>>,
    allow: String,
}

impl Methods {
    fn of(operations: HashMap<Method, BoxEndpoint<'static>>) -> Self {
        let mut names: Vec<&str> = operations.keys().map(Method::as_str).collect();
        if operations.contains_key(&Method::GET) {
            names.push("HEAD");
        }
        names.push("OPTIONS");
        names.sort_unstable();
        let allow = names.join(", ");
        Self { operations, allow }
    }
}

impl Endpoint for Methods {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let asked = match *request.method() {
            // The outermost layer takes the body of the answer away.
            Method::HEAD => &Method::GET,
            ref method => method,
        };
        match self.operations.get(asked) {
            Some(operation) => operation.call(request).await.map(without_charset),
            None if asked == Method::OPTIONS => Ok(Response::builder()
                .status(StatusCode::NO_CONTENT)
                .header(ALLOW, &self.allow)
                .finish()),
            None => Err(Problem::method_not_allowed(asked.as_str(), &self.allow).into()),
        }
    }
}

/// JSON has no charset: the document says so, and clients compare.
fn without_charset(mut response: Response) -> Response {
    if let Some(kind) = response.headers_mut().get_mut(CONTENT_TYPE)
        && kind.as_bytes().starts_with(b"application/json")
    {
        *kind = HeaderValue::from_static("application/json");
    }
    response
}
