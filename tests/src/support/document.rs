//! The document that is checked in.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Where the document and the examples are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi")
}

/// The file.
pub fn path() -> PathBuf {
    folder().join("openapi.json")
}

/// All of it.
pub fn read() -> Value {
    let text = fs::read_to_string(path()).expect("the document is there");
    serde_json::from_str(&text).expect("it is JSON")
}

/// An operation as the document describes it.
#[derive(Debug, Clone)]
pub struct DocumentedOperation {
    pub method: String,
    /// With `{id}` in it where it has one.
    pub path: String,
    /// The body that the document shows, where there is one to send.
    pub example: Option<Value>,
}

/// All operations by their names.
pub fn operations() -> BTreeMap<String, DocumentedOperation> {
    let document = read();
    let mut operations = BTreeMap::new();
    for (path, item) in document["paths"].as_object().expect("it has paths") {
        for (method, operation) in item.as_object().expect("a path has operations") {
            let name = operation["operationId"].as_str().expect("each has a name");
            let described = DocumentedOperation {
                method: method.to_uppercase(),
                path: path.clone(),
                example: example(&document, operation),
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
