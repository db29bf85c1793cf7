//! Rules for every schema.

use std::collections::BTreeSet;

use leopard_core::domain::account::{
    Email, ExternalId, KeyLabel, Password, PersonName, Scopes, SearchTerms, Username,
};
use leopard_core::domain::idempotency::KeyName;
use leopard_core::domain::notification::announcement::{AnnouncedMessage, AnnouncedTitle};
use leopard_core::domain::notification::{
    NotificationUrl, Recipients, TypeDescription, TypeDisplay,
};
use leopard_core::domain::task::filter::SearchText;
use leopard_core::domain::task::{CommentText, Detail, LinkedEntity, Tags, Title};
use serde_json::{Map, Value, json};

use super::super::document;
use super::{every_object, inlined, is_text};

/// Every schema that has a name.
fn schemas() -> Map<String, Value> {
    let document = document();
    let schemas = document["components"]["schemas"].as_object();
    schemas.unwrap().clone()
}

/// The names of the schemas of request bodies.
fn inputs() -> BTreeSet<String> {
    let document = document();
    let mut objects = vec![];
    every_object(&document["paths"], &mut objects);
    let bodies = objects.into_iter().filter_map(|object| object.get("requestBody"));
    let names = bodies.map(|body| {
        let schema = &body["content"]["application/json"]["schema"]["$ref"];
        schema.as_str().unwrap().rsplit('/').next().unwrap().to_owned()
    });
    // The element of a list in a request.
    names.chain(["Recipient".to_owned()]).collect()
}

#[test]
fn schema_has_name_description_and_example() {
    for (name, schema) in schemas() {
        assert!(name.starts_with(|c: char| c.is_ascii_uppercase()), "{name}");
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric()), "{name}");
        assert!(is_text(&schema["description"]), "{name}");
        // The values of a choice say enough; an example would be preselected in every form.
        let is_choice = ["enum", "x-extensible-enum"].iter().any(|name| schema.get(name).is_some());
        assert_eq!(schema.get("example").is_none(), is_choice, "{name}");
        assert!(schema.get("title").is_none(), "{name}");
        for (member, property) in schema["properties"].as_object().into_iter().flatten() {
            assert!(is_text(&property["description"]), "{name}.{member}");
        }
    }
}

#[test]
fn document_has_no_construct_that_breaks_generators() {
    let document = document();
    let mut objects = vec![];
    every_object(&document, &mut objects);
    for object in objects {
        if object.contains_key("nullable") {
            assert!(object.contains_key("type"), "{object:?}");
        }
        if let Some(parts) = object.get("allOf") {
            let parts = parts.as_array().unwrap();
            let is_reference = parts.len() == 1 && parts[0]["$ref"].is_string();
            assert!(is_reference, "{object:?}");
        }
        assert!(!object.contains_key("anyOf"), "{object:?}");
        // PHP and the zod plugin of hey-api fail at escapes of characters.
        let pattern = object.get("pattern").and_then(Value::as_str).unwrap_or_default();
        assert!(!pattern.contains(r"\u") && !pattern.contains(r"\x"), "{object:?}");
        let has_charset = object.keys().any(|key| key.contains("charset"));
        assert!(!has_charset, "{object:?}");
    }
}

#[test]
fn integers_have_known_formats() {
    let document = document();
    let mut objects = vec![];
    every_object(&document, &mut objects);
    for object in objects {
        if object.get("type").is_some_and(|kind| kind == "integer") {
            let format = object.get("format").and_then(Value::as_str);
            assert!(matches!(format, Some("int32" | "int64")), "{object:?}");
        }
    }
}

#[test]
fn members_of_responses_are_required_and_nullable_if_optional() {
    let inputs = inputs();
    for (name, schema) in schemas() {
        // Members of a problem that do not apply are absent.
        if inputs.contains(&name) || ["Problem", "MetaInfo"].contains(&name.as_str()) {
            continue;
        }
        let members = schema["properties"].as_object().into_iter().flatten();
        let members = members.map(|(member, _)| member.as_str());
        // An event without `url` leads nowhere.
        let is_absent = |member: &&str| (name.as_str(), *member) == ("NotificationEvent", "url");
        let members: Vec<_> = members.filter(|member| !is_absent(member)).collect();
        let required = schema["required"].as_array().into_iter().flatten();
        let required: Vec<_> = required.map(|member| member.as_str().unwrap()).collect();
        assert_eq!(required, members, "{name}");
    }
    let url = &schemas()["NotificationEvent"]["properties"]["url"];
    assert!(url.get("nullable").is_none());
    let task = &schemas()["Task"]["properties"];
    assert_eq!(task["completed_at"]["nullable"], true);
    assert!(task["id"].get("nullable").is_none());
}

#[test]
fn members_of_requests_are_required_where_needed_and_texts_are_bounded() {
    let new_task = &schemas()["NewTask"];
    assert_eq!(new_task["required"], json!(["title"]));
    let inputs = inputs();
    assert!(inputs.contains("NewTask"));
    for name in inputs {
        let schema = &schemas()[&name];
        let mut objects = vec![];
        every_object(&schema["properties"], &mut objects);
        for object in objects {
            let is_text = object.get("type").is_some_and(|kind| kind == "string");
            let has_form = object.contains_key("format") || object.contains_key("enum");
            if is_text && !has_form {
                assert!(object.contains_key("maxLength"), "{name}: {object:?}");
                let may_be_blank = !object.contains_key("minLength");
                assert!(may_be_blank || object.contains_key("pattern"), "{name}: {object:?}");
            }
        }
    }
}

#[test]
fn unions_have_a_discriminator_or_distinct_types() {
    let schemas = schemas();
    let mut objects = vec![];
    schemas.values().for_each(|one| every_object(one, &mut objects));
    let unions: Vec<_> =
        objects.into_iter().filter(|object| object.contains_key("oneOf")).collect();
    assert!(!unions.is_empty());
    for union in unions {
        let parts = union["oneOf"].as_array().unwrap();
        if parts.iter().all(|part| part.get("type").is_some()) {
            let types: BTreeSet<_> = parts.iter().map(|part| part["type"].as_str()).collect();
            assert_eq!(types.len(), parts.len(), "{union:?}");
            continue;
        }
        let discriminator = &union["discriminator"];
        let member = discriminator["propertyName"].as_str().unwrap();
        let mapping = discriminator["mapping"].as_object().unwrap();
        let parts = union["oneOf"].as_array().unwrap().iter();
        let parts: Vec<_> = parts.map(|part| &part["$ref"]).collect();
        assert_eq!(mapping.values().collect::<Vec<_>>(), parts);
        for (kind, target) in mapping {
            let name = target.as_str().unwrap().rsplit('/').next().unwrap();
            let literal = &schemas[name]["properties"][member]["enum"];
            assert_eq!(*literal, json!([kind]), "{name}");
        }
    }
}

/// By construction, since both come from one table; a second table, so that a change is deliberate.
#[test]
fn bounds_of_requests_are_the_constants_of_the_core() {
    let expected = [
        ("comment", "maxLength", CommentText::MAX),
        ("default_message", "maxLength", AnnouncedMessage::MAX),
        ("default_title", "maxLength", AnnouncedTitle::MAX),
        ("description", "maxLength", TypeDescription::MAX),
        ("display", "maxLength", TypeDisplay::MAX),
        ("detail", "maxLength", Detail::MAX),
        ("email", "maxLength", Email::MAX),
        ("first_name", "maxLength", PersonName::MAX),
        ("last_name", "maxLength", PersonName::MAX),
        ("linked_entity_type", "maxLength", LinkedEntity::MAX_KIND),
        ("message", "maxLength", AnnouncedMessage::MAX),
        ("new_password", "maxLength", Password::MAX),
        ("new_password", "minLength", Password::MIN),
        ("old_password", "maxLength", Password::MAX),
        ("password", "maxLength", Password::MAX),
        ("search", "maxLength", SearchTerms::MAX),
        ("search", "maxLength", SearchText::MAX),
        ("tags", "maxItems", Tags::MAX),
        ("tags", "maxLength", Tags::MAX_LENGTH),
        ("title", "maxLength", Title::MAX),
        ("title", "maxLength", AnnouncedTitle::MAX),
        ("url", "maxLength", NotificationUrl::MAX),
        ("username", "maxLength", Username::MAX),
        ("external_id", "maxLength", ExternalId::MAX),
        ("assigned_to", "maxItems", Recipients::MAX),
        ("recipients", "maxItems", Recipients::MAX),
        ("Idempotency-Key", "maxLength", KeyName::MAX),
        // Bounds of the API alone.
        ("days", "maximum", 365),
        ("page_size", "maximum", 100),
        ("notification_ids", "maxItems", 10_000),
        ("name", "maxLength", KeyLabel::MAX),
        ("scopes", "maxItems", Scopes::MAX_GIVEN),
        ("refresh", "maxLength", 10_000),
        ("token", "maxLength", 10_000),
        ("password", "minLength", Password::MIN),
    ];
    let document = inlined();
    let mut found = BTreeSet::new();
    let mut add = |name: &str, schema: &Value| {
        let mut objects = vec![];
        every_object(schema, &mut objects);
        for (bound, value) in objects.into_iter().flatten() {
            // One is the minimum of every text that is not empty, and of every count.
            if let Some(value) = value.as_u64().filter(|value| *value > 1)
                && ["max", "min"].iter().any(|kind| bound.starts_with(kind))
            {
                found.insert((name.to_owned(), bound.clone(), value));
            }
        }
    };
    for name in inputs() {
        let properties = document["components"]["schemas"][name]["properties"].as_object();
        for (member, schema) in properties.unwrap() {
            add(member, schema);
        }
    }
    let mut objects = vec![];
    every_object(&document["paths"], &mut objects);
    for parameter in objects.iter().filter(|object| object.contains_key("in")) {
        let name = parameter["name"].as_str().unwrap();
        // A text filter is compared with several members.
        if !["status", "priority", "tag", "linked_entity_type"].contains(&name) {
            add(name, &parameter["schema"]);
        }
    }
    let expected = expected.map(|(name, bound, value)| (name.into(), bound.into(), value as u64));
    assert_eq!(found, BTreeSet::from(expected));
}
