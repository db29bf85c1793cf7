//! Which path and method leads to which operation.

use std::collections::HashMap;

use poem::endpoint::BoxEndpoint;
use poem::http::Method;
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
            Some(operation) => operation.call(request).await,
            None => Err(Problem::method_not_allowed(request.method().as_str(), &self.allow).into()),
        }
    }
}
