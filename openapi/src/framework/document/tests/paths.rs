//! Paths together.

use serde_json::Value;

use super::inlined;

/// Whether no request with this part can match both: texts that differ, or a text that is no id.
fn are_apart((one, item): (&str, &Value), (other, other_item): (&str, &Value)) -> bool {
    let is_text = |part: &str| !part.starts_with('{');
    match (is_text(one), is_text(other)) {
        (true, true) => one != other,
        (true, false) => is_id(other, other_item) && one.parse::<i64>().is_err(),
        (false, true) => is_id(one, item) && other.parse::<i64>().is_err(),
        (false, false) => false,
    }
}

/// Whether this parameter of a path is a number.
fn is_id(part: &str, item: &Value) -> bool {
    let name = part.trim_matches(['{', '}']);
    let operations = item.as_object().unwrap().values();
    let parameters = operations.filter_map(|it| it["parameters"].as_array()).flatten();
    let mut of_part = parameters.filter(|it| it["in"] == "path" && it["name"] == name);
    of_part.all(|it| it["schema"]["type"] == "integer")
}

#[test]
fn no_request_matches_two_paths() {
    let document = inlined();
    let paths: Vec<_> = document["paths"].as_object().unwrap().iter().collect();
    for (place, (path, item)) in paths.iter().enumerate() {
        for (other, other_item) in &paths[..place] {
            let mut parts = path.split('/').zip(other.split('/'));
            let differ = path.matches('/').count() != other.matches('/').count()
                || parts.any(|(one, other)| are_apart((one, item), (other, other_item)));
            assert!(differ, "{path} and {other}");
        }
    }
}

#[test]
fn id_is_not_a_name() {
    let number = serde_json::json!({ "get": { "parameters": [
        { "name": "id", "in": "path", "schema": { "type": "integer" } },
        { "name": "name", "in": "path", "schema": { "type": "string" } },
    ] } });
    let apart = |one, other| are_apart((one, &number), (other, &number));
    assert!(apart("{id}", "me") && apart("me", "{id}") && apart("me", "you"));
    assert!(!apart("{id}", "7") && !apart("{name}", "me") && !apart("{id}", "{name}"));
}
