//! Rules for every operation.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::document;
use super::{inlined, is_text};

/// The first digits of the statuses of success, of unchanged resources, and of errors.
const GOOD: [char; 1] = ['2'];
const KNOWN: [char; 1] = ['3'];
const BAD: [char; 2] = ['4', '5'];

/// An operation, with its method and path.
struct Operation {
    place: String,
    content: Value,
}

impl Operation {
    fn all() -> Vec<Self> {
        let document = inlined();
        let paths = document["paths"].as_object().unwrap();
        let of = |(path, item): (&String, &Value)| {
            let operations = item.as_object().unwrap().clone().into_iter();
            let named = operations
                .map(|(method, content)| Self { place: format!("{method} {path}"), content });
            named.collect::<Vec<_>>()
        };
        paths.iter().flat_map(of).collect()
    }

    fn parameters(&self) -> &[Value] {
        let parameters = self.content["parameters"].as_array();
        parameters.map_or(&[], Vec::as_slice)
    }

    fn has_parameter_in(&self, place: &str) -> bool {
        self.parameters().iter().any(|one| one["in"] == place)
    }

    fn has_body(&self) -> bool {
        self.content.get("requestBody").is_some()
    }

    fn is_guarded(&self) -> bool {
        self.content["security"] != json!([])
    }

    fn is_stream(&self) -> bool {
        self.content["responses"]["200"]["content"]["text/event-stream"].is_object()
    }

    fn lists(&self, status: &str) -> bool {
        self.content["responses"].get(status).is_some()
    }

    /// The one success; a PUT may have two, which create and update.
    fn successes(&self) -> Vec<(&String, &Value)> {
        let successes = self.responses(GOOD);
        let statuses: Vec<_> = successes.iter().map(|(status, _)| status.as_str()).collect();
        let puts = self.place.starts_with("put ") && statuses == ["200", "201"];
        assert!(statuses.len() == 1 || puts, "{}: {statuses:?}", self.place);
        successes
    }

    /// The responses whose status begins with one of these digits.
    fn responses<const N: usize>(&self, digits: [char; N]) -> Vec<(&String, &Value)> {
        let responses = self.content["responses"].as_object().unwrap().iter();
        responses.filter(|(status, _)| status.starts_with(digits)).collect()
    }
}

#[test]
fn operation_has_id_tag_summary_description_and_security() {
    let document = document();
    let tags = document["tags"].as_array().unwrap();
    let schemes = document["components"]["securitySchemes"].as_object().unwrap();
    let mut ids = BTreeSet::new();
    for Operation { place, content } in Operation::all() {
        let id = content["operationId"].as_str().unwrap().to_owned();
        let is_camel_case = id.starts_with(|c: char| c.is_ascii_lowercase())
            && id.chars().all(|c| c.is_ascii_alphanumeric());
        assert!(is_camel_case && ids.insert(id), "{place}");
        let [tag] = content["tags"].as_array().unwrap().as_slice() else {
            panic!("{place} has not exactly one tag");
        };
        assert!(tags.iter().any(|known| known["name"] == *tag), "{place}");
        for member in ["summary", "description"] {
            assert!(is_text(&content[member]), "{place}");
        }
        for way in content["security"].as_array().unwrap() {
            let known = |(name, _): (&String, _)| schemes.contains_key(name);
            assert!(way.as_object().unwrap().iter().all(known), "{place}");
        }
    }
}

#[test]
fn path_ends_with_a_slash_and_declares_its_parameters() {
    for operation in Operation::all() {
        let path = operation.place.split(' ').nth(1).unwrap();
        let has_none = ["/health/live", "/health/ready"].contains(&path);
        assert!(path.ends_with('/') != has_none, "{path}");
        let named = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let given = operation.parameters().iter();
        let given: BTreeSet<_> = given
            .filter(|one| one["in"] == "path" && one["required"] == true)
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        assert_eq!(named.collect::<BTreeSet<_>>(), given, "{path}");
    }
}

/// The cursor of a stream, in the header and for clients that cannot send any in the query. Generators
/// that do not distinguish the two omit the latter (`examples/rust/build.rs`).
const IN_TWO_PLACES: &str = "lasteventid";

/// Many languages know neither cases nor hyphens in names: `a-b` in a header and `a_b` in the
/// query are the same argument of a function.
#[test]
fn parameters_are_described_and_have_unique_names() {
    for operation in Operation::all() {
        let place = &operation.place;
        let mut names = BTreeSet::from(["body".to_owned()]);
        for parameter in operation.parameters() {
            assert!(is_text(&parameter["description"]), "{place}: {parameter}");
            let name = parameter["name"].as_str().unwrap();
            let plain = name.chars().filter(char::is_ascii_alphanumeric);
            let plain = plain.collect::<String>().to_lowercase();
            let may_be_known = plain == IN_TWO_PLACES && parameter["in"] == "query";
            assert!(names.insert(plain) || may_be_known, "{place}: {name}");
        }
    }
}

#[test]
fn body_is_required_json_of_a_named_schema() {
    for Operation { place, content } in Operation::all() {
        let Some(body) = content.get("requestBody") else {
            continue;
        };
        assert_eq!(body["required"], true, "{place}");
        let kinds: Vec<_> = body["content"].as_object().unwrap().keys().collect();
        assert_eq!(kinds, ["application/json"], "{place}");
        let schema = &body["content"]["application/json"]["schema"];
        assert!(is_text(&schema["$ref"]), "{place}");
    }
}

#[test]
fn operation_has_one_success_of_one_named_schema() {
    for operation in Operation::all() {
        let mut schemas = BTreeSet::new();
        for (status, response) in operation.successes() {
            schemas.extend(success_schema(&operation, status, response));
        }
        assert!(schemas.len() < 2, "{}", operation.place);
    }
}

fn success_schema(operation: &Operation, status: &str, response: &Value) -> Option<String> {
    let place = &operation.place;
    assert!(is_text(&response["description"]), "{place}");
    let kinds: Vec<_> = response["content"].as_object().into_iter().flatten().collect();
    match kinds.as_slice() {
        [] => {
            assert_eq!(status, "204", "{place}");
            None
        }
        [(kind, content)] => {
            let expected =
                if operation.is_stream() { "text/event-stream" } else { "application/json" };
            assert_eq!(*kind, expected, "{place}");
            let schema = &content["schema"];
            let named = match &schema["items"] {
                Value::Null => schema,
                items => items,
            };
            assert!(is_text(&named["$ref"]), "{place}");
            Some(named["$ref"].to_string())
        }
        several => panic!("{place}: {several:?}"),
    }
}

#[test]
fn conditional_read_documents_304_without_a_body() {
    for operation in Operation::all() {
        let asks = |one: &Value| one["name"] == "If-None-Match";
        let may_have = operation.parameters().iter().any(asks);
        let known = operation.responses(KNOWN).into_iter();
        let known: Vec<_> =
            known.map(|(status, response)| (status.as_str(), response.get("content"))).collect();
        let expected: &[_] = if may_have { &[("304", None)] } else { &[] };
        assert_eq!(known, expected, "{}", operation.place);
    }
}

#[test]
fn errors_have_one_schema_and_their_own_example() {
    for operation in Operation::all() {
        let place = &operation.place;
        let responses = operation.content["responses"].as_object().unwrap();
        let bad = operation.responses(BAD);
        let known = operation.responses(KNOWN);
        let successes = operation.successes().len();
        assert_eq!(bad.len() + known.len() + successes, responses.len(), "{place}");
        for (status, response) in bad {
            assert!(is_text(&response["description"]), "{place} {status}");
            let kinds = response["content"].as_object().unwrap();
            assert_eq!(kinds.len(), 1, "{place} {status}");
            let content = &kinds["application/problem+json"];
            let schema = &content["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Problem", "{place} {status}");
            let example = &content["example"]["status"];
            // Errors of queries differ: the example of the schema may apply.
            let may_lack = status == "400" && !operation.has_body();
            let is_own = *example == json!(status.parse::<u16>().unwrap());
            assert!(is_own || (may_lack && example.is_null()), "{place} {status}");
        }
    }
}

#[test]
fn operation_lists_its_error_statuses() {
    for operation in Operation::all() {
        let place = &operation.place;
        if operation.is_stream() {
            // A browser gives up for good at any other; it cannot send an API key, which gets the 403.
            let bad = operation.responses(BAD).into_iter();
            let statuses: Vec<_> = bad.map(|(status, _)| status).collect();
            assert_eq!(statuses, ["401", "403", "429"], "{place}");
            continue;
        }
        let takes_input = operation.has_body()
            || operation.has_parameter_in("query")
            || place.contains("{external_id}")
            || place.contains("{name}");
        assert_eq!(takes_input, operation.lists("400"), "{place}");
        assert_eq!(operation.has_body(), operation.lists("415"), "{place}");
        let may_send = !place.starts_with("get ");
        assert_eq!(may_send, operation.lists("413"), "{place}");
        for status in ["401", "403", "429"] {
            assert!(!operation.is_guarded() || operation.lists(status), "{place}");
        }
        // Without authentication, only logins are limited.
        let is_counted = operation.is_guarded() || operation.content["operationId"] == "logIn";
        assert_eq!(is_counted, operation.lists("429"), "{place}");
        let has_id = operation.has_parameter_in("path");
        assert!(!has_id || operation.lists("404"), "{place}");
        assert!(operation.lists("500"), "{place}");
    }
}

/// A comment is created, too, although the response is its task. A PUT is idempotent by itself.
#[test]
fn creation_accepts_an_idempotency_key() {
    for operation in Operation::all() {
        let place = &operation.place;
        let is_key = |one: &Value| one["name"] == "Idempotency-Key" && one["in"] == "header";
        let takes_key = operation.parameters().iter().any(is_key);
        let adds_comment = operation.content["operationId"] == "addTaskComment";
        let creates = adds_comment || operation.lists("201");
        assert_eq!(takes_key, creates && !place.starts_with("put "), "{place}");
        assert_eq!(takes_key, operation.lists("422"), "{place}");
        for (_, response) in operation.successes() {
            let marks = response["headers"]["Idempotent-Replayed"].is_object();
            assert_eq!(takes_key, marks, "{place}");
        }
    }
}

#[test]
fn errors_have_retry_after_or_challenge() {
    for Operation { place, content } in Operation::all() {
        for (status, header) in
            [("401", "WWW-Authenticate"), ("429", "Retry-After"), ("503", "Retry-After")]
        {
            let response = &content["responses"][status];
            let has_header = response["headers"][header].is_object();
            assert!(response.is_null() || has_header, "{place} {status}");
        }
    }
}
