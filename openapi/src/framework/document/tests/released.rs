//! Clients of the last release go on working: the document has everything that theirs has, asks no more of them,
//! and promises them no less.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::{document, document_json};
use super::comparison::differences;
use super::is_update;

/// The last release's document.
const RELEASED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/released.json");

/// What differs on purpose. On the wire nothing of it breaks a client; `UPDATE=release` makes a new release of the
/// document, which empties this list.
const CORRECTIONS: &[&str] = &[
    // A single number is still accepted, but generators of five languages cannot read a union.
    "NewNotifications.assigned_to: has a narrower maxItems",
    "NewNotifications.assigned_to: has a narrower minItems",
    "NewNotifications.assigned_to: has another type",
    "NewNotifications.assigned_to: is another union",
    // Generated clients refused pages with a type that a later version adds.
    "NotificationType: has other values",
    // Other sizes are still clamped.
    "page_size: has a narrower maximum",
    "page_size: has a narrower minimum",
    // A list in the same form: values separated by commas.
    "priority: has another type",
    "status: has another type",
    // Absent only after staff have deleted the type.
    "NotificationPreferences.APPLICATION_ASSIGNED: may be null",
    "NotificationPreferences.CLIENT_ASSIGNED: may be null",
    "NotificationPreferences.REMINDER_DUE: may be null",
    "NotificationPreferences.VISA_APPLICATION_ASSIGNED: may be null",
    // Only for tasks that are created without a due date, which the last release refused.
    "Task.due_date: may be null",
];

fn released() -> Value {
    serde_json::from_str(&std::fs::read_to_string(RELEASED).unwrap()).unwrap()
}

#[test]
fn document_breaks_no_client_of_the_last_release() {
    if is_update("release") {
        std::fs::write(RELEASED, document_json()).unwrap();
    }
    let expected: BTreeSet<_> = CORRECTIONS.iter().map(|one| (*one).to_owned()).collect();
    assert_eq!(differences(&released(), &document()), expected);
}

#[test]
fn additions_are_no_differences() {
    let before = document();
    let mut now = before.clone();
    let create = &mut now["paths"]["/api/v1/tasks/"];
    create["put"] = create["post"].clone();
    let parameter = json!({ "name": "x", "in": "query", "required": false, "schema": {} });
    now["paths"]["/api/v1/tasks/"]["get"]["parameters"].as_array_mut().unwrap().push(parameter);
    let schemas = &mut now["components"]["schemas"];
    schemas["Another"] = json!({ "type": "string" });
    schemas["NewTask"]["properties"]["more"] = json!({ "type": "string", "maxLength": 5 });
    schemas["Task"]["properties"]["more"] = json!({ "type": "string" });
    schemas["Task"]["required"].as_array_mut().unwrap().push("more".into());
    schemas["NewTask"]["required"] = json!(["title"]);
    schemas["NewTask"]["properties"]["title"]["maxLength"] = 5_000.into();
    assert_eq!(differences(&before, &now), BTreeSet::new());
}

#[test]
fn what_breaks_a_client_is_a_difference() {
    let before = document();
    let cases: [(&str, Value, &str); 14] = [
        ("/paths/~1api~1token~1/post", Value::Null, "post /api/token/: is gone"),
        (
            "/paths/~1api~1v1~1tasks~1/get/operationId",
            json!("x"),
            "get /api/v1/tasks/: has another id",
        ),
        (
            "/paths/~1api~1token~1/post/security",
            json!([{ "a": [] }]),
            "post /api/token/: needs other credentials",
        ),
        (
            "/paths/~1api~1v1~1tasks~1/get/parameters/3/name",
            json!("x"),
            "get /api/v1/tasks/ status: is gone",
        ),
        (
            "/paths/~1api~1v1~1tasks~1/get/parameters/3/required",
            json!(true),
            "get /api/v1/tasks/ \"status\": is required",
        ),
        ("/components/parameters/page/schema/type", json!("string"), "page: has another type"),
        (
            "/components/responses/NotFound/content",
            json!({}),
            "get /api/v1/tasks/{id}/ 404: has another body",
        ),
        ("/components/schemas/TaskReader", Value::Null, "TaskReader: is gone"),
        (
            "/components/schemas/NewTask/required",
            json!(["title", "tags"]),
            "NewTask: requires more",
        ),
        (
            "/components/schemas/NewTask/properties/title/maxLength",
            json!(9),
            "NewTask.title: has a narrower maxLength",
        ),
        (
            "/components/schemas/TaskEdit/properties/assigned_to/nullable",
            json!(false),
            "TaskEdit.assigned_to: may not be null",
        ),
        (
            "/components/schemas/Task/properties/id",
            json!({ "type": "integer", "format": "int64", "nullable": true }),
            "Task.id: may be null",
        ),
        ("/components/schemas/Task/required", json!(["id"]), "Task: promises fewer members"),
        (
            "/components/schemas/TaskStatus/enum",
            json!(["PENDING"]),
            "TaskStatus: has fewer choices",
        ),
    ];
    for (place, value, difference) in cases {
        let mut now = before.clone();
        *now.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = value;
        let found = differences(&before, &now);
        assert!(found.contains(difference), "{place}: {found:?}");
    }
}

/// The order of a generated type's members is that of its arguments in some languages.
#[test]
fn another_order_of_members_is_a_difference() {
    let before = document();
    let mut now = before.clone();
    let properties = now["components"]["schemas"]["Task"]["properties"].as_object_mut().unwrap();
    let reversed: Map<_, _> = std::mem::take(properties).into_iter().rev().collect();
    *properties = reversed;
    let found = differences(&before, &now);
    assert_eq!(found, BTreeSet::from(["Task: has another order of members".to_owned()]));
}
