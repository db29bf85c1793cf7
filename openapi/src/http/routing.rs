//! Routes paths and methods to operations.

use std::collections::HashMap;
use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
use poem::http::header::ALLOW;
use poem::http::{Method, StatusCode};
use poem::{Endpoint, Request, Response, Result, Route};
use poem_openapi::OpenApi;

use crate::framework::document::lacks_slash;
use crate::http::access_record::AccessRecord;
use crate::problem::Problem;

/// Adds every operation of the API to the routes.
pub(crate) fn add_operations(routes: Route, api: impl OpenApi) -> Route {
    let documented = documented(&api);
    let mut table = HashMap::new();
    api.add_routes(&mut table);
    table.into_iter().fold(routes, |routes, (path, operations)| {
        let route = documented.get(&shape(&path)).cloned();
        routes.at(path, Methods::of(route.unwrap_or_default(), operations))
    })
}

/// The operations of one path, and the response to other methods.
struct Methods {
    operations: HashMap<Method, BoxEndpoint<'static>>,
    allow: String,
    /// The path as the document has it.
    route: Arc<str>,
    is_routine: bool,
}

impl Methods {
    fn of(route: Arc<str>, operations: HashMap<Method, BoxEndpoint<'static>>) -> Self {
        let mut names: Vec<&str> = operations.keys().map(Method::as_str).collect();
        if operations.contains_key(&Method::GET) {
            names.push("HEAD");
        }
        names.push("OPTIONS");
        names.sort_unstable();
        let allow = names.join(", ");
        Self { operations, allow, is_routine: route.starts_with("/health"), route }
    }
}

impl Endpoint for Methods {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        AccessRecord::note_route(&request, &self.route);
        if self.is_routine {
            AccessRecord::note_routine(&request);
        }
        let method = match *request.method() {
            // The outermost layer removes the body of the response.
            Method::HEAD => &Method::GET,
            ref method => method,
        };
        match self.operations.get(method) {
            Some(operation) => operation.call(request).await,
            None if method == Method::OPTIONS => Ok(Response::builder()
                .status(StatusCode::NO_CONTENT)
                .header(ALLOW, &self.allow)
                .finish()),
            None => Err(Problem::method_not_allowed(method.as_str(), &self.allow).into()),
        }
    }
}

/// The paths of these operations as the document has them, by their shapes: the framework's router has
/// other names of parameters.
fn documented<A: OpenApi>(_: &A) -> HashMap<String, Arc<str>> {
    let paths = A::meta().into_iter().flat_map(|api| api.paths);
    let paths = paths.map(|path| {
        let slash = if lacks_slash(&path.path) { "/" } else { "" };
        (shape(&path.path), format!("{}{slash}", path.path).into())
    });
    paths.collect()
}

/// A path without the names of its parameters.
fn shape(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment.as_bytes() {
        [b':' | b'{', ..] => "{}",
        _ => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}
