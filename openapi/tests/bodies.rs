//! Every operation with a request body, and every member of it with values that are refused.

use leopard_core::domain::notification::NotificationType;
use serde_json::{Value, json};

const NULL: &str = "This field may not be null.";
const BLANK: &str = "This field may not be blank.";
const NOT_A_STRING: &str = "Not a valid string.";
const NOT_AN_INTEGER: &str = "A valid integer is required.";
const NOT_A_BOOLEAN: &str = "Must be a valid boolean.";
const NO_NUL: &str = "Null characters are not allowed.";
const NOT_A_TIME: &str = "Datetime has wrong format. Use one of these formats instead: \
    YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";
const BAD_USERNAME: &str = "Enter a valid username. This value may contain only letters, numbers, \
    and @/./+/-/_ characters.";

/// A value and the message that refuses it.
type Refused = (Value, String);

pub(crate) struct Operation {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// A body that is accepted.
    pub(crate) body: Value,
    pub(crate) members: Vec<Member>,
}

pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) is_required: bool,
    pub(crate) refused: Vec<Refused>,
}

fn required(name: &'static str, refused: Vec<Refused>) -> Member {
    Member {
        name,
        is_required: true,
        refused,
    }
}

fn optional(name: &'static str, refused: Vec<Refused>) -> Member {
    Member {
        is_required: false,
        ..required(name, refused)
    }
}

fn not_null(mut refused: Vec<Refused>) -> Vec<Refused> {
    refused.push((Value::Null, NULL.to_owned()));
    refused
}

fn each<const N: usize>(values: [Value; N], message: &str) -> Vec<Refused> {
    values.map(|value| (value, message.to_owned())).to_vec()
}

/// A string without U+0000 of at most `max` characters, which may be blank.
fn string(max: usize) -> Vec<Refused> {
    let mut refused = each(
        [json!(5), json!(false), json!(["x"]), json!({})],
        NOT_A_STRING,
    );
    refused.push((json!("a\0b"), NO_NUL.to_owned()));
    let long = format!("Ensure this field has no more than {max} characters.");
    refused.push((json!("x".repeat(max + 1)), long.clone()));
    refused.push((json!("日".repeat(max + 1)), long));
    not_null(refused)
}

fn text(max: usize) -> Vec<Refused> {
    let mut refused = string(max);
    refused.extend(each([json!(""), json!(" \t\n")], BLANK));
    refused
}

/// A token; anonymous bodies are too small for 10,001 characters of three bytes.
fn token() -> Vec<Refused> {
    let mut refused = text(10_000);
    refused.retain(|(value, _)| value.as_str().is_none_or(|text| text.len() <= 10_001));
    refused
}

fn choice() -> Vec<Refused> {
    let refused = [json!("low"), json!(""), json!(1)].map(|value| {
        let shown = value.as_str().map_or(value.to_string(), str::to_owned);
        (value, format!("\"{shown}\" is not a valid choice."))
    });
    not_null(refused.to_vec())
}

fn boolean() -> Vec<Refused> {
    let values = [
        json!("true"),
        json!(""),
        json!(0),
        json!(1.5),
        json!([true]),
        json!({}),
    ];
    not_null(each(values, NOT_A_BOOLEAN))
}

fn integer() -> Vec<Refused> {
    let values = [
        json!(1.0),
        json!(1.5),
        json!("1"),
        json!(true),
        json!(u64::MAX),
        json!(1e30),
        json!({}),
    ];
    each(values, NOT_AN_INTEGER)
}

/// An id of a user; the store knows that 2 is inactive and that 99 does not exist.
fn user() -> Vec<Refused> {
    let mut refused = integer();
    refused.extend(each([json!([1])], NOT_AN_INTEGER));
    refused.extend([2, 99].map(|id| {
        let message = format!("Invalid pk \"{id}\" - object does not exist.");
        (json!(id), message)
    }));
    refused
}

fn time() -> Vec<Refused> {
    let values = [
        json!("tomorrow"),
        json!("2035-13-01T00:00:00Z"),
        json!("2035-02-30T00:00:00Z"),
        json!(""),
        json!(1_765_000_000),
    ];
    each(values, NOT_A_TIME)
}

fn list(of: &[Refused], max: usize, valid: &Value) -> Vec<Refused> {
    let mut refused: Vec<_> = (of.iter())
        .map(|(value, message)| (json!([valid, value]), message.clone()))
        .collect();
    let full = vec![valid; max + 1];
    let long = format!("Ensure this field has no more than {max} elements.");
    refused.push((json!(full), long));
    refused
}

fn not_a_list() -> Vec<Refused> {
    let values = [("int", json!(1)), ("str", json!("1")), ("dict", json!({}))];
    let message = |name| format!("Expected a list of items but got type \"{name}\".");
    not_null(values.map(|(name, value)| (value, message(name))).to_vec())
}

fn tags() -> Vec<Refused> {
    // `null` in a list is no string.
    let tag: Vec<_> = text(50)
        .into_iter()
        .filter(|(tag, _)| !tag.is_null())
        .collect();
    [list(&tag, 20, &json!("x")), not_a_list()].concat()
}

/// The members that creating and changing a task share.
fn task(or_required: fn(&'static str, Vec<Refused>) -> Member, others: Vec<Member>) -> Vec<Member> {
    let mut members = vec![
        or_required("title", text(200)),
        or_required("detail", text(20_000)),
        or_required("due_date", not_null(time())),
        optional("priority", choice()),
        optional("assigned_to", user()),
        optional("tags", tags()),
    ];
    members.extend(others);
    members
}

fn edited() -> Vec<Member> {
    vec![
        optional("status", choice()),
        optional("assigned_by", not_null(user())),
    ]
}

/// The members that creating and changing a user share.
fn profile(others: Vec<Member>) -> Vec<Member> {
    let addresses = [
        json!("robin"),
        json!("@example.org"),
        json!("robin@"),
        json!("a@@example.org"),
        json!("a b@example.org"),
        json!(" "),
    ];
    let addresses = each(addresses, "Enter a valid email address.");
    let mut members = vec![
        optional("email", [string(254), addresses].concat()),
        optional("first_name", string(150)),
        optional("last_name", string(150)),
        optional("is_staff", boolean()),
    ];
    members.extend(others);
    members
}

fn new_password() -> Vec<Refused> {
    let short = "Ensure this field has at least 8 characters.";
    let common = "This password is too common.";
    [
        text(1_000),
        each([json!("seven77"), json!("日本語日本語日")], short),
        each([json!("password"), json!("PassWord123")], common),
        each(
            [json!("Robin.Hood")],
            "The password is too similar to the username.",
        ),
    ]
    .concat()
}

fn username() -> Vec<Refused> {
    let values = [
        json!("robin hood"),
        json!("robin/hood"),
        json!("<robin>"),
        json!("robin\n"),
        json!("röbin!"),
    ];
    [text(150), each(values, BAD_USERNAME)].concat()
}

fn meta_info() -> Vec<Refused> {
    let mut refused = not_null(each([json!({"a": ["b\0"]}), json!({"a\0": 1})], NO_NUL));
    for (value, message) in [
        (
            json!([1]),
            "Expected a dictionary of items but got type \"list\".",
        ),
        (
            json!({"a": "x".repeat(4_096)}),
            "Ensure this field has no more than 4096 bytes of JSON.",
        ),
        (
            json!({"task_id": "5"}),
            "\"task_id\" has another type here.",
        ),
        (
            json!({"priority": "high"}),
            "\"priority\" has another type here.",
        ),
    ] {
        refused.push((value, message.to_owned()));
    }
    refused
}

/// The preferences: `SYSTEM_ALERT` is always on.
fn preferences() -> Vec<Member> {
    let kinds = NotificationType::ALL.iter().map(|kind| kind.as_str());
    let mut members: Vec<_> = kinds.map(|kind| optional(kind, boolean())).collect();
    let always_on = each([json!(false)], "This type cannot be switched off.");
    members.push(optional("SYSTEM_ALERT", always_on));
    for name in [
        "TASK_ASIGNED",
        "task_assigned",
        "TASK_ASSIGNED ",
        "",
        "日本",
    ] {
        let unknown = format!("\"{name}\" is not a valid choice.");
        members.push(optional(name, each([json!(false)], &unknown)));
    }
    members
}

/// A notification of another system; the endpoint needs staff.
fn notification() -> Vec<Member> {
    let empty = each([json!([])], "This list may not be empty.");
    let recipients = [integer(), list(&integer(), 1_000, &json!(1)), empty].concat();
    let unknown = each(
        [json!([1, 99])],
        "Invalid pk \"99\" - object does not exist.",
    );
    vec![
        required("notification_type", choice()),
        required("assigned_to", not_null([recipients, unknown].concat())),
        optional("title", text(200)),
        optional("message", text(2_000)),
        optional("due_date", time()),
        optional("meta_info", meta_info()),
    ]
}

/// All of them, as a member of staff sends them.
pub(crate) fn operations() -> Vec<Operation> {
    let operation = |method, path, body, members| Operation {
        method,
        path,
        body,
        members,
    };
    let post = |path, body, members| operation("POST", path, body, members);
    let refresh = || vec![required("refresh", token())];
    let new_task = json!({"title": "T", "detail": "D", "due_date": "2035-01-01T00:00:00Z"});
    let assigner = || vec![optional("assigned_by", user())];
    let comment = || vec![required("comment", text(5_000))];
    let read = || {
        vec![
            optional("read", boolean()),
            optional("is_completed", boolean()),
        ]
    };
    let ids = [integer(), each([Value::Null], NOT_AN_INTEGER)].concat();
    let ids = [list(&ids, 10_000, &json!(1)), not_a_list()].concat();
    let new_user = vec![
        required("username", username()),
        required("password", new_password()),
    ];
    vec![
        post(
            "/api/token/",
            json!({"username": "ann", "password": "a guess"}),
            vec![
                required("username", text(150)),
                required("password", text(1_000)),
            ],
        ),
        post("/api/token/refresh/", json!({"refresh": "x"}), refresh()),
        post("/api/token/blacklist/", json!({"refresh": "x"}), refresh()),
        post(
            "/api/token/verify/",
            json!({"token": "x"}),
            vec![required("token", token())],
        ),
        post(
            "/api/v1/tasks/",
            new_task.clone(),
            task(required, assigner()),
        ),
        post(
            "/api/v1/tasks/create/",
            new_task.clone(),
            task(required, assigner()),
        ),
        operation(
            "PUT",
            "/api/v1/tasks/5/",
            new_task,
            task(required, edited()),
        ),
        operation(
            "PATCH",
            "/api/v1/tasks/5/",
            json!({}),
            task(optional, edited()),
        ),
        post(
            "/api/v1/tasks/5/assign/",
            json!({"assigned_to": 1}),
            vec![required("assigned_to", user())],
        ),
        post(
            "/api/v1/tasks/5/add_comment/",
            json!({"comment": "Yes."}),
            comment(),
        ),
        post(
            "/api/v1/tasks/5/comments/",
            json!({"comment": "Yes."}),
            comment(),
        ),
        post(
            "/api/v1/notifications/",
            json!({"notification_type": "SYSTEM_ALERT", "assigned_to": 1}),
            notification(),
        ),
        operation(
            "PUT",
            "/api/v1/notifications/8/update_notification/",
            json!({}),
            read(),
        ),
        operation(
            "PATCH",
            "/api/v1/notifications/8/update_notification/",
            json!({}),
            read(),
        ),
        operation(
            "PUT",
            "/api/v1/notifications/preferences/",
            json!({}),
            preferences(),
        ),
        post(
            "/api/v1/notifications/bulk_mark_read/",
            json!({"notification_ids": [1]}),
            vec![required("notification_ids", ids)],
        ),
        post(
            "/api/v1/users/",
            json!({"username": "robin.hood", "password": "sherwood forest"}),
            profile(new_user),
        ),
        operation(
            "PATCH",
            "/api/v1/users/1/",
            json!({}),
            profile(vec![optional("is_active", boolean())]),
        ),
        post(
            "/api/v1/users/me/password/",
            json!({"old_password": "a guess", "new_password": "sherwood forest"}),
            vec![
                required("old_password", text(1_000)),
                required("new_password", text(1_000)),
            ],
        ),
    ]
}
