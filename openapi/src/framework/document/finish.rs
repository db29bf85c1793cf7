//! Corrects the framework's document, so that all client generators understand it.

use serde_json::{Map, Value, json};

use super::{components, schemas, scopes, statuses};
use crate::health::WITHOUT_SLASH;

pub(super) fn finish(mut document: Value) -> Value {
    document["openapi"] = json!("3.0.3");
    document["info"]["description"] = json!(super::DESCRIPTION.trim_end());
    restore_slashes(&mut document);
    order_tags(&mut document);
    for operation in operations(&mut document) {
        tidy_operation(operation);
    }
    schemas::finish(&mut document);
    statuses::finish(&mut document);
    scopes::finish(&mut document);
    every_object(&mut document, &mut reflow);
    components::share(&mut document);
    document
}

pub(super) fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document["paths"].as_object_mut();
    let items = paths.into_iter().flat_map(Map::values_mut);
    items.filter_map(Value::as_object_mut).flat_map(Map::values_mut)
}

/// The framework strips the final slash of each path.
fn restore_slashes(document: &mut Value) {
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    let slashed = std::mem::take(paths)
        .into_iter()
        .map(|(path, item)| (if lacks_slash(&path) { path + "/" } else { path }, item));
    paths.extend(slashed);
}

/// Whether this path of the framework lacks the final slash that it has in the document.
pub(crate) fn lacks_slash(path: &str) -> bool {
    !path.ends_with('/') && !WITHOUT_SLASH.contains(&path)
}

/// Sorts the tags in the order of their operations.
fn order_tags(document: &mut Value) {
    let used: Vec<_> = operations(document).map(|operation| operation["tags"][0].clone()).collect();
    if let Some(tags) = document["tags"].as_array_mut() {
        tags.sort_by_key(|tag| used.iter().position(|name| *name == tag["name"]));
    }
}

/// Writes `security` for every operation. Removes default members of its parameters, and describes those
/// without a description of their own by their type.
fn tidy_operation(operation: &mut Value) {
    let Some(members) = operation.as_object_mut() else {
        return;
    };
    members.entry("security").or_insert_with(|| json!([]));
    let parameters = members.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        if let Some(members) = parameter.as_object_mut() {
            members.remove("explode");
            members.remove("deprecated");
            let of_type = members.get_mut("schema").and_then(Value::as_object_mut);
            let of_type = of_type.and_then(|schema| schema.remove("description"));
            if let Some(description) = of_type {
                members.entry("description").or_insert(description);
            }
        }
    }
}

/// Visits every object of the document, parents first.
pub(super) fn every_object(value: &mut Value, visit: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            visit(members);
            members.values_mut().for_each(|member| every_object(member, visit));
        }
        Value::Array(elements) => elements.iter_mut().for_each(|one| every_object(one, visit)),
        _ => {}
    }
}

/// Descriptions come from source code, whose lines are short: a paragraph becomes one line.
fn reflow(members: &mut Map<String, Value>) {
    if let Some(Value::String(text)) = members.get_mut("description") {
        let paragraphs: Vec<_> = text
            .trim()
            .split("\n\n")
            .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        *text = paragraphs.join("\n\n");
    }
}
