//! Corrects the schemas.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use poem_openapi::types::Type;

use super::extensions;
use super::statuses::json_schema;
use crate::problem::ProblemView;

const EXAMPLES: &str = include_str!("examples.json");

pub(super) fn finish(document: &mut Value) {
    let inputs = inputs(document);
    super::finish::every_object(document, &mut |schema| {
        keep_references_alone(schema);
        extensions::write(schema);
        use_known_formats(schema);
        for bound in ["minimum", "maximum"] {
            write_as_whole_number(schema, bound);
        }
    });
    let examples: Value = serde_json::from_str(EXAMPLES).unwrap_or_default();
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else {
        return;
    };
    for (name, schema) in schemas.iter_mut() {
        let Some(schema) = schema.as_object_mut() else {
            continue;
        };
        // The title repeats the name.
        schema.remove("title");
        let others = schema.get_mut("additionalProperties");
        if let Some(allowed) = others.and_then(|others| others.get_mut("default")) {
            let allowed = allowed.take();
            schema.insert("additionalProperties".to_owned(), allowed);
        } else if !inputs.contains(name) && *name != ProblemView::name() {
            require_all(name, schema);
        }
        if let Some(example) = examples.get(name) {
            schema.insert("example".to_owned(), example.clone());
        }
    }
    for schema in schemas.values_mut() {
        if let Some(example) = example_of_list(schema, &examples) {
            schema["example"] = example;
        }
    }
}

/// A list with one item, which is the example of the item's schema.
fn example_of_list(schema: &Value, examples: &Value) -> Option<Value> {
    let properties = &schema["properties"];
    let item = properties["results"]["items"]["$ref"].as_str()?.rsplit('/').next()?;
    let mut example = json!({ "count": 1 });
    for link in ["next", "previous"] {
        if properties.get(link).is_some() {
            example[link] = Value::Null;
        }
    }
    example["results"] = json!([examples.get(item)?]);
    Some(example)
}

/// The schemas of request bodies and of the objects in their lists, whose members may be absent.
fn inputs(document: &mut Value) -> BTreeSet<String> {
    let mut inputs: BTreeSet<_> = super::finish::operations(document)
        .filter_map(|one| Some(json_schema(&one["requestBody"]["content"])?.to_owned()))
        .collect();
    let schemas = &document["components"]["schemas"];
    let members = inputs.iter().filter_map(|name| schemas[name]["properties"].as_object());
    let elements = members.flatten().filter_map(|(_, member)| member["items"]["$ref"].as_str());
    let elements = elements.filter_map(|reference| reference.rsplit('/').next());
    let elements: Vec<_> = elements.map(str::to_owned).collect();
    inputs.extend(elements);
    inputs
}

/// The members of responses that are absent if they have no value, by schema.
const ABSENT: [(&str, &str); 1] = [("NotificationEvent", "url")];

/// In a response every other member is present; those without a value are null.
fn require_all(name: &str, schema: &mut Map<String, Value>) {
    let required: BTreeSet<String> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|name| Some(name.as_str()?.to_owned()))
        .collect();
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
        return;
    };
    let is_present = |member: &String| !ABSENT.contains(&(name, member.as_str()));
    for (member, property) in properties.iter_mut() {
        if !required.contains(member) && is_present(member) {
            property["nullable"] = json!(true);
        }
    }
    let all: Vec<&String> = properties.keys().filter(|member| is_present(member)).collect();
    let all = json!(all);
    schema.insert("required".to_owned(), all);
}

/// `allOf` contains the reference only: the framework repeats the members around it there.
fn keep_references_alone(schema: &mut Map<String, Value>) {
    if let Some(parts) = schema.get_mut("allOf").and_then(Value::as_array_mut) {
        parts.retain(|part| part.get("$ref").is_some());
    }
}

/// `OpenAPI` knows `int32` and `int64` alone.
fn use_known_formats(schema: &mut Map<String, Value>) {
    let format = match schema.get("format").and_then(Value::as_str) {
        Some("uint16") => "int32",
        Some("uint32" | "uint64") => "int64",
        _ => return,
    };
    schema.insert("format".to_owned(), json!(format));
    schema.insert("minimum".to_owned(), json!(0));
}

fn write_as_whole_number(schema: &mut Map<String, Value>, bound: &str) {
    let is_integer = schema.get("type").is_some_and(|kind| kind == "integer");
    if let Some(value) = schema.get_mut(bound).filter(|_| is_integer)
        && let Some(whole) = value.as_f64().and_then(whole)
    {
        *value = json!(whole);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the number is whole and small")]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 1e9).then_some(number as i64)
}
