//! Moves what several operations share into the components: the document is a third as long, and generators write
//! each type once.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::finish::operations;

pub(super) fn share(document: &mut Value) {
    let parameters = share_parameters(document);
    let headers = share_headers(document);
    document["components"]["parameters"] = Value::Object(parameters);
    document["components"]["headers"] = Value::Object(headers);
}

fn reference(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}

/// The parameters of queries and headers that several operations have. Another one of the same name stays where it
/// is.
fn share_parameters(document: &mut Value) -> Map<String, Value> {
    let mut uses = BTreeMap::new();
    for parameter in parameters(document) {
        *uses.entry(parameter.to_string()).or_insert(0) += 1;
    }
    let mut shared = Map::new();
    for parameter in parameters(document).filter(|one| uses[&one.to_string()] > 1) {
        let name = parameter["name"].as_str().unwrap_or_default().to_owned();
        if parameter["in"] != "path"
            && shared.entry(&name).or_insert(parameter.clone()) == parameter
        {
            *parameter = reference("parameters", &name);
        }
    }
    shared
}

fn parameters(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    operations(document).filter_map(|one| one.get_mut("parameters")?.as_array_mut()).flatten()
}

/// The headers of all responses, which have one meaning each.
fn share_headers(document: &mut Value) -> Map<String, Value> {
    let mut shared = Map::new();
    for responses in all_responses(document) {
        for response in responses.values_mut() {
            let headers = response.get_mut("headers").and_then(Value::as_object_mut);
            for (name, header) in headers.into_iter().flatten() {
                if shared.entry(name).or_insert(header.clone()) == header {
                    *header = reference("headers", name);
                }
            }
        }
    }
    shared
}

/// The responses of each operation, and those in the components.
pub(super) fn all_responses(document: &mut Value) -> Vec<&mut Map<String, Value>> {
    let Some(document) = document.as_object_mut() else {
        return vec![];
    };
    let mut all = vec![];
    for (name, value) in document {
        if name == "components" {
            all.extend(value.get_mut("responses").and_then(Value::as_object_mut));
        } else if name == "paths" {
            let items = value.as_object_mut().into_iter().flat_map(Map::values_mut);
            let operations = items.filter_map(Value::as_object_mut).flat_map(Map::values_mut);
            all.extend(operations.filter_map(|one| one.get_mut("responses")?.as_object_mut()));
        }
    }
    all
}
