//! The document that is checked in.

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

fn read() -> Value {
    let text = fs::read_to_string(path()).expect("the document is there");
    serde_json::from_str(&text).expect("it is JSON")
}

/// The names of all operations.
pub fn operations() -> Vec<String> {
    let document = read();
    let paths = document["paths"].as_object().expect("it has paths");
    let items = paths.values().filter_map(Value::as_object);
    let operations = items.flat_map(|item| item.values());
    let names = operations.map(|operation| operation["operationId"].as_str());
    names
        .map(|name| name.expect("each has a name").to_owned())
        .collect()
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
    schemas
        .map(|(name, schema)| (name.clone(), members(schema)))
        .collect()
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
