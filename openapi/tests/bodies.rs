//! Every operation with a request body, and every member of it with values that are refused.

use leopard_core::domain::account::{KeyLabel, Scope, Scopes, UserKind};
use leopard_core::domain::notification::NotificationType;
use leopard_core::domain::task::{Priority, Status};
use serde_json::{Value, json};

use crate::refused_values::{
    NOT_AN_INTEGER, Refused, boolean, choice, each, integer, list, meta_info, new_password,
    not_a_list, not_null, string, tags, text, time, token, user, username,
};

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
    Member { name, is_required: true, refused }
}

fn optional(name: &'static str, refused: Vec<Refused>) -> Member {
    Member { is_required: false, ..required(name, refused) }
}

/// The members that creating and changing a task share.
fn task(or_required: fn(&'static str, Vec<Refused>) -> Member, others: Vec<Member>) -> Vec<Member> {
    let mut members = vec![
        or_required("title", text(200)),
        optional("detail", string(20_000)),
        optional("due_date", time()),
        optional("priority", choice(&Priority::ALL.map(Priority::as_str))),
        optional("assigned_to", user()),
        optional("tags", tags()),
    ];
    members.extend(others);
    members
}

fn edited() -> Vec<Member> {
    vec![
        optional("status", choice(&Status::ALL.map(Status::as_str))),
        optional("assigned_by", not_null(user())),
    ]
}

/// The lifetime of a token.
fn lifetime() -> Vec<Refused> {
    let small = each([json!(0), json!(-1)], "Ensure this value is greater than or equal to 1.");
    let great = "Ensure this value is less than or equal to 14400.";
    let great = each([json!(14_401), json!(i64::MAX)], great);
    [integer(), small, great].concat()
}

/// The members that creating and changing a user share.
fn profile(others: Vec<Member>) -> Vec<Member> {
    let mut members = names(others);
    members.push(optional("is_staff", boolean()));
    members
}

/// The members that creating, changing and provisioning a user share.
fn names(others: Vec<Member>) -> Vec<Member> {
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
    ];
    members.extend(others);
    members
}

/// The preferences: `SYSTEM_ALERT` is always on.
fn preferences() -> Vec<Member> {
    let kinds = NotificationType::BUILT_IN_NAMES.into_iter();
    let mut members: Vec<_> = kinds.map(|kind| optional(kind, boolean())).collect();
    let always_on = each([json!(false)], "This type cannot be switched off.");
    members.push(optional("SYSTEM_ALERT", always_on));
    for name in ["TASK_ASIGNED", "task_assigned", "TASK_ASSIGNED ", "", "日本"] {
        let unknown = format!("\"{name}\" is not a valid choice.");
        members.push(optional(name, each([json!(false)], &unknown)));
    }
    members
}

fn notification_type() -> Vec<Refused> {
    let form =
        "The name of a type has 1 to 64 characters A-Z, 0-9 and _, and begins with a letter.";
    let known = format!("Choose one of {}.", NotificationType::BUILT_IN_NAMES.join(", "));
    let refused = [("low", form), ("", form), ("_A", form), ("NEWS", &known)];
    let refuse = |(name, hint)| (json!(name), format!("\"{name}\" is not a valid choice.\n{hint}"));
    let mut refused = refused.map(refuse).to_vec();
    refused.push((json!(1), format!("\"1\" is not a valid choice.\n{form}")));
    not_null(refused)
}

fn type_definition() -> Vec<Member> {
    // Null is the same as absent.
    let not_null_text = |max| text(max).into_iter().filter(|(value, _)| !value.is_null()).collect();
    vec![
        optional("display", text(100)),
        optional("description", string(500)),
        optional("default_title", not_null_text(200)),
        optional("default_message", not_null_text(2_000)),
        optional("can_be_muted", boolean()),
        optional("on_by_default", boolean()),
    ]
}

/// A notification of another system; the endpoint needs staff.
fn notification() -> Vec<Member> {
    let empty = each([json!([])], "This list may not be empty.");
    let recipients = [integer(), list(&integer(), 1_000, &json!(1)), empty.clone()].concat();
    let unknown = each([json!([1, 99])], "Invalid pk \"99\" - object does not exist.");
    let too_many = "Ensure this field has no more than 1000 elements.";
    let most: Vec<_> = (2..1_002).map(|id| json!({ "id": id })).collect();
    let no_recipients = [each([json!(most)], too_many), empty.clone()].concat();
    // Null is the same as absent.
    let long_or_blank = text(2_000).into_iter().filter(|(value, _)| !value.is_null()).collect();
    let urls = [
        json!("javascript:alert(1)"),
        json!("//example.org"),
        json!("/\\example.org"),
        json!("https:///x"),
        json!("/a\nb"),
        json!("clients/7/"),
    ];
    let urls = each(urls, "Enter a valid URL: http://, https:// or an absolute path.");
    vec![
        required("notification_type", notification_type()),
        required("assigned_to", not_null([recipients, unknown].concat())),
        optional("recipients", [not_a_list(), no_recipients].concat()),
        optional("title", text(200)),
        optional("message", text(2_000)),
        optional("url", [long_or_blank, urls].concat()),
        optional("due_date", time()),
        optional("meta_info", meta_info()),
    ]
}

fn key() -> Vec<Member> {
    // Inside of a list, null is another unknown choice.
    let scope = choice(&Scope::ALL.map(Scope::as_str)).into_iter();
    let scope: Vec<_> = scope.filter(|(value, _)| !value.is_null()).collect();
    let scopes = list(&scope, Scopes::MAX_GIVEN, &json!("tasks:read"));
    vec![
        required("name", text(KeyLabel::MAX)),
        required("scopes", [scopes, not_a_list()].concat()),
        optional("expires_at", time()),
    ]
}

/// All of them, as a member of staff sends them.
pub(crate) fn operations() -> Vec<Operation> {
    let operation = |method, path, body, members| Operation { method, path, body, members };
    let post = |path, body, members| operation("POST", path, body, members);
    let new_key = json!({"name": "back end", "scopes": ["tasks:read"]});
    let refresh = || vec![required("refresh", token())];
    let new_task = json!({"title": "T", "detail": "D", "due_date": "2035-01-01T00:00:00Z"});
    let assigner = || vec![optional("assigned_by", user())];
    let comment = || vec![required("comment", text(5_000))];
    let read = || vec![optional("read", boolean()), optional("is_completed", boolean())];
    let ids = [integer(), each([Value::Null], NOT_AN_INTEGER)].concat();
    let ids = [list(&ids, 10_000, &json!(1)), not_a_list()].concat();
    let new_user = vec![
        required("username", username()),
        required("password", new_password()),
        optional("kind", choice(&UserKind::ALL.map(UserKind::as_str))),
    ];
    let provisioned =
        names(vec![optional("username", username()), optional("is_active", boolean())]);
    vec![
        post(
            "/api/token/",
            json!({"username": "ann", "password": "a guess"}),
            vec![required("username", text(150)), required("password", text(1_000))],
        ),
        post("/api/token/refresh/", json!({"refresh": "x"}), refresh()),
        post("/api/token/blacklist/", json!({"refresh": "x"}), refresh()),
        post("/api/token/verify/", json!({"token": "x"}), vec![required("token", token())]),
        post("/api/v1/tasks/", new_task.clone(), task(required, assigner())),
        post("/api/v1/tasks/create/", new_task.clone(), task(required, assigner())),
        operation("PUT", "/api/v1/tasks/5/", new_task, task(required, edited())),
        operation("PATCH", "/api/v1/tasks/5/", json!({}), task(optional, edited())),
        post(
            "/api/v1/tasks/5/assign/",
            json!({"assigned_to": 1}),
            vec![required("assigned_to", user())],
        ),
        post("/api/v1/tasks/5/add_comment/", json!({"comment": "Yes."}), comment()),
        post("/api/v1/tasks/5/comments/", json!({"comment": "Yes."}), comment()),
        post(
            "/api/v1/notifications/",
            json!({"notification_type": "SYSTEM_ALERT", "assigned_to": 1}),
            notification(),
        ),
        operation("PUT", "/api/v1/notifications/8/update_notification/", json!({}), read()),
        operation("PATCH", "/api/v1/notifications/8/update_notification/", json!({}), read()),
        operation("PUT", "/api/v1/notifications/preferences/", json!({}), preferences()),
        operation("PUT", "/api/v1/notification-types/NEWS/", json!({}), type_definition()),
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
            vec![required("old_password", text(1_000)), required("new_password", text(1_000))],
        ),
        operation("PUT", "/api/v1/users/by-external-id/7/", json!({}), provisioned),
        post("/api/v1/users/1/token/", json!({}), vec![optional("ttl_seconds", lifetime())]),
        post(
            "/api/v1/users/by-external-id/7/token/",
            json!({}),
            vec![optional("ttl_seconds", lifetime())],
        ),
        post("/api/v1/users/me/keys/", new_key.clone(), key()),
        post("/api/v1/users/1/keys/", new_key, key()),
    ]
}
