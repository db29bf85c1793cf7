//! Values that tests and benchmarks need, complete but for what a case is about: change the fields
//! that matter with `..new_task(owner, now)`, or the members with `task["title"] = …`.

use chrono::{DateTime, TimeDelta, Utc};
use leopard_adapters::system::SystemClock;
use leopard_core::domain::account::{NewUser, Profile, UserKind, Username};
use leopard_core::domain::change::{Administrator, UserChange};
use leopard_core::domain::id::UserId;
use leopard_core::domain::task::{NewTask, Priority, Tags};
use leopard_core::domain::text::Text;
use leopard_core::port::Clock as _;
use serde_json::{Value, json};

/// The real time, which servers under test have too.
pub fn now() -> DateTime<Utc> {
    SystemClock.now()
}

pub fn text<const MAX: usize, const MAY_BE_BLANK: bool>(text: &str) -> Text<MAX, MAY_BE_BLANK> {
    Text::new(text.to_owned()).expect("a text")
}

/// A user who has no password and no rights.
pub fn new_user(name: &str, created_at: DateTime<Utc>) -> NewUser {
    NewUser {
        kind: UserKind::Person,
        username: Username::new(name.to_owned()).expect("a name"),
        external_id: None,
        password: None,
        profile: Profile::default(),
        is_staff: false,
        is_active: true,
        created_at,
    }
}

/// Creates a user on the command line's authority.
pub fn creating(user: NewUser) -> UserChange {
    UserChange::Create { user, by: Administrator::Operator }
}

/// A task that a user assigns to themselves, due in a day.
pub fn new_task(owner: UserId, now: DateTime<Utc>) -> NewTask {
    NewTask {
        title: text("Test SSE Notification"),
        detail: text("This task will trigger a real-time notification"),
        priority: Priority::High,
        due_date: Some(now + TimeDelta::days(1)),
        assigned_to: Some(owner),
        assigned_by: owner,
        created_by: owner,
        tags: Tags::default(),
        linked_entity: None,
        created_at: now,
    }
}

pub fn task_body(title: &str, assigned_to: i64) -> Value {
    json!({
        "title": title, "detail": "D", "due_date": "2035-12-10T12:00:00Z",
        "assigned_to": assigned_to,
    })
}

pub fn credentials(username: &str, password: &str) -> Value {
    json!({"username": username, "password": password})
}

/// The body of an announcement without a text of its own.
pub fn announcement_body(kind: &str, recipients: &[i64]) -> Value {
    json!({"notification_type": kind, "assigned_to": recipients})
}

pub fn id(resource: &Value) -> i64 {
    resource["id"].as_i64().expect("an id")
}

pub fn task_path(task: &Value) -> String {
    format!("/api/v1/tasks/{}/", task["id"])
}
