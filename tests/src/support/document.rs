//! The committed OpenAPI document.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use reqwest::RequestBuilder;
use serde_json::Value;

use super::rest::{Api, Response};

/// The folder of the document and the examples.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi")
}

pub fn path() -> PathBuf {
    folder().join("openapi.json")
}

pub fn read() -> Value {
    let text = fs::read_to_string(path()).expect("the document is there");
    serde_json::from_str(&text).expect("it is JSON")
}

#[derive(Debug, Clone)]
pub struct Operation {
    pub method: String,
    /// With names of ids in braces.
    pub path: String,
    /// The example of its body, if it has one.
    pub body: Option<Value>,
    pub needs_token: bool,
}

impl Operation {
    /// All operations that need a token.
    pub fn guarded() -> impl Iterator<Item = Self> {
        operations().into_values().filter(|operation| operation.needs_token)
    }

    /// The path with this value for each id.
    pub fn path_with(&self, id: &str) -> String {
        let mut parts = self.path.split('{');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |path, part| {
            let (_, rest) = part.split_once('}').expect("braces are closed");
            path + id + rest
        })
    }

    /// Calls it with this value for each id and with the example as its body.
    pub async fn call(&self, api: &Api, id: &str) -> Response {
        Response::of(self.request(api, &self.path_with(id))).await
    }

    pub fn request(&self, api: &Api, path: &str) -> RequestBuilder {
        let request = api.request(&self.method, path);
        match &self.body {
            Some(body) => request.json(body),
            None => request,
        }
    }
}

pub fn operations() -> BTreeMap<String, Operation> {
    let document = read();
    let mut operations = BTreeMap::new();
    for (path, item) in document["paths"].as_object().expect("it has paths") {
        for (method, operation) in item.as_object().expect("a path has operations") {
            let name = operation["operationId"].as_str().expect("each has a name");
            let described = Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                body: example(&document, operation),
                needs_token: operation["security"].as_array().is_some_and(|it| !it.is_empty()),
            };
            operations.insert(name.to_owned(), described);
        }
    }
    operations
}

fn example(document: &Value, operation: &Value) -> Option<Value> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let name = schema["$ref"].as_str()?.rsplit('/').next()?;
    let example = &document["components"]["schemas"][name]["example"];
    assert!(!example.is_null(), "an example of {name}");
    Some(example.clone())
}

/// The names of all schemas, each with the names of its members.
pub fn schemas() -> Vec<(String, Vec<String>)> {
    let document = read();
    let schemas = document["components"]["schemas"].as_object();
    let schemas = schemas.expect("it has schemas").iter();
    let members = |schema: &Value| {
        let properties = schema["properties"].as_object().into_iter().flatten();
        properties.map(|(name, _)| name.clone()).collect()
    };
    schemas.map(|(name, schema)| (name.clone(), members(schema))).collect()
}

/// A name as Python and Rust write those of functions and files.
pub fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
