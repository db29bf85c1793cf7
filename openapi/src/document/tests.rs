use super::*;

/// The document as it is checked in.
const CHECKED_IN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

#[test]
#[allow(clippy::disallowed_methods)] // `UPDATE=1` rewrites the file; no setting of the server
fn the_document_is_the_one_that_is_checked_in() {
    let made = document_json();
    if std::env::var("UPDATE").is_ok_and(|value| value == "1") {
        std::fs::write(CHECKED_IN, &made).unwrap();
    }
    let checked_in = std::fs::read_to_string(CHECKED_IN).unwrap_or_default();
    assert!(
        made == checked_in,
        "the API has changed: look at it, then run `UPDATE=1 cargo test -p leopard-openapi`"
    );
}

/// Every operation, with its path.
fn operations(document: &Value) -> Vec<(String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of = |(path, item): (&String, &Value)| {
        let methods = item.as_object().unwrap().clone();
        methods
            .into_iter()
            .map(|(method, operation)| (format!("{method} {path}"), operation))
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(of).collect()
}

/// Every object in the document.
fn every_object<'a>(value: &'a Value, found: &mut Vec<&'a serde_json::Map<String, Value>>) {
    match value {
        Value::Object(members) => {
            found.push(members);
            members
                .values()
                .for_each(|member| every_object(member, found));
        }
        Value::Array(elements) => elements.iter().for_each(|one| every_object(one, found)),
        _ => {}
    }
}

#[test]
fn it_names_its_version_server_contact_and_licence() {
    let document = document();
    assert_eq!(document["openapi"], "3.0.3");
    assert_eq!(document["servers"][0]["url"], "/");
    for member in ["title", "version", "description"] {
        assert!(document["info"][member].is_string(), "{member}");
    }
    assert!(document["info"]["contact"]["name"].is_string());
    assert!(document["info"]["license"]["name"].is_string());
}

#[test]
fn every_operation_says_what_it_is_and_who_may_call_it() {
    let document = document();
    let mut ids = std::collections::BTreeSet::new();
    let tags = document["tags"].as_array().unwrap();
    for (place, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap().to_owned();
        let is_camel_case = id.starts_with(|c: char| c.is_ascii_lowercase())
            && id.chars().all(|c| c.is_ascii_alphanumeric());
        assert!(is_camel_case && ids.insert(id), "{place}");
        let [tag] = operation["tags"].as_array().unwrap().as_slice() else {
            panic!("{place} has not exactly one tag");
        };
        assert!(tags.iter().any(|known| known["name"] == *tag), "{place}");
        for member in ["summary", "description"] {
            assert!(
                operation[member]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{place}"
            );
        }
        assert!(operation["security"].is_array(), "{place}");
    }
}

#[test]
fn every_operation_has_one_success_and_one_shape_of_error() {
    for (place, operation) in operations(&document()) {
        let responses = operation["responses"].as_object().unwrap();
        let (good, bad): (Vec<_>, Vec<_>) = responses
            .iter()
            .partition(|(status, _)| status.starts_with('2'));
        assert_eq!(good.len(), 1, "{place}");
        assert!(
            bad.iter().all(|(status, _)| status.starts_with(['4', '5'])),
            "{place}"
        );
        for (status, answer) in responses {
            assert!(
                answer["description"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty())
            );
            let kinds = answer["content"]
                .as_object()
                .map_or(0, serde_json::Map::len);
            assert_eq!(kinds, usize::from(status != "204"), "{place} {status}");
        }
        for (status, answer) in bad {
            let content = &answer["content"]["application/problem+json"];
            let schema = &content["schema"]["$ref"];
            assert_eq!(*schema, "#/components/schemas/Problem", "{place} {status}");
            let example = &content["example"]["status"];
            let own = if status == "400" { "null" } else { status };
            assert_eq!(example.to_string(), own, "{place}");
        }
    }
}

#[test]
fn every_operation_lists_the_failures_that_its_kind_can_meet() {
    for (place, operation) in operations(&document()) {
        let lists = |status: &str| operation["responses"].get(status).is_some();
        let is_guarded = operation["security"] != serde_json::json!([]);
        assert!(!is_guarded || (lists("401") && lists("429")), "{place}");
        assert!(!place.contains('{') || lists("404"), "{place}");
        let has_body = operation.get("requestBody").is_some();
        assert_eq!(has_body, lists("415"), "{place}");
        assert!(!has_body || (lists("400") && lists("413")), "{place}");
        let throttled = &operation["responses"]["429"];
        assert!(throttled.is_null() || throttled["headers"]["Retry-After"].is_object());
    }
}

#[test]
fn paths_are_those_of_the_contract() {
    let document = document();
    for path in document["paths"].as_object().unwrap().keys() {
        let has_slash = path.ends_with('/');
        let has_none = ["/health/live", "/health/ready"].contains(&path.as_str());
        assert!(has_slash != has_none, "{path}");
    }
    let read = &document["paths"]["/api/v1/tasks/{id}/"]["get"];
    assert_eq!(read["parameters"][0]["name"], "id");
}

#[test]
fn schemas_are_named_described_and_exemplified() {
    let document = document();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(name.starts_with(|c: char| c.is_ascii_uppercase()), "{name}");
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric()), "{name}");
        assert!(schema["description"].is_string(), "{name}");
        // The values of a choice say enough; an example would be preselected in every form.
        let is_choice = schema.get("enum").is_some();
        assert_eq!(schema.get("example").is_none(), is_choice, "{name}");
        assert!(schema.get("title").is_none(), "{name}");
    }
}

#[test]
fn nothing_is_in_the_document_that_generators_stumble_over() {
    let document = document();
    let mut objects = vec![];
    every_object(&document, &mut objects);
    for object in objects {
        let is_typed = object.contains_key("type");
        assert!(is_typed || !object.contains_key("nullable"), "{object:?}");
        if let Some(parts) = object.get("allOf").and_then(Value::as_array) {
            assert!(
                parts.len() == 1 && parts[0]["$ref"].is_string(),
                "{object:?}"
            );
        }
        assert!(
            !object.keys().any(|key| key.contains("charset")),
            "{object:?}"
        );
        let format = object
            .get("format")
            .and_then(Value::as_str)
            .unwrap_or_default();
        assert!(!format.starts_with("uint"), "{object:?}");
    }
}

#[test]
fn in_answers_every_member_is_there_and_may_be_null_where_it_can_be() {
    let document = document();
    let task = &document["components"]["schemas"]["Task"];
    let members = task["properties"].as_object().unwrap().len();
    assert_eq!(task["required"].as_array().unwrap().len(), members);
    assert_eq!(task["properties"]["completed_at"]["nullable"], true);
    assert!(task["properties"]["id"].get("nullable").is_none());
    let new_task = &document["components"]["schemas"]["NewTask"];
    let required = serde_json::json!(["title", "detail", "due_date"]);
    assert_eq!(new_task["required"], required);
}

#[test]
fn the_stream_is_one_union_told_apart_by_type() {
    let document = document();
    let stream = &document["paths"]["/api/v1/notifications/stream/"]["get"];
    let answer = &stream["responses"]["200"]["content"];
    let event = "#/components/schemas/StreamEvent";
    assert_eq!(answer["text/event-stream"]["schema"]["$ref"], event);
    let union = &document["components"]["schemas"]["StreamEvent"];
    let mapping = union["discriminator"]["mapping"].as_object().unwrap();
    assert_eq!(union["discriminator"]["propertyName"], "type");
    assert_eq!(union["oneOf"].as_array().unwrap().len(), mapping.len());
    for (kind, target) in mapping {
        let name = target.as_str().unwrap().rsplit('/').next().unwrap();
        let member = &document["components"]["schemas"][name];
        let literal = serde_json::json!([kind]);
        assert_eq!(member["properties"]["type"]["enum"], literal, "{name}");
    }
}
