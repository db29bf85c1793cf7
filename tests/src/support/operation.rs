//! Every operation that the API has, with an input that it takes.

use serde_json::{Value, json};

use super::rest::{Answer, Api};

/// A method on a path.
#[derive(Debug, Clone)]
pub struct Operation {
    pub method: &'static str,
    pub path: &'static str,
    /// A body of the right form, where it takes one.
    pub body: Option<Value>,
    /// Whether it asks for a token.
    pub guarded: bool,
}

const OPEN: bool = false;
const GUARDED: bool = true;

impl Operation {
    fn new(method: &'static str, path: &'static str, guarded: bool) -> Self {
        Self { method, path, guarded, body: None }
    }

    fn with(path: &'static str, guarded: bool, body: Value) -> Self {
        Self { body: Some(body), ..Self::new("POST", path, guarded) }
    }

    /// By another method than POST.
    fn by(self, method: &'static str) -> Self {
        Self { method, ..self }
    }

    /// All of them. The ids are those of the first task, notification and user.
    pub fn all() -> Vec<Self> {
        let task = json!({"title": "T", "detail": "D", "due_date": "2035-01-01T00:00:00Z"});
        let refresh = json!({"refresh": "no token"});
        vec![
            Self::with("/api/token/", OPEN, json!({"username": "nobody", "password": "nothing"})),
            Self::with("/api/token/refresh/", OPEN, refresh.clone()),
            Self::with("/api/token/verify/", OPEN, json!({"token": "no token"})),
            Self::with("/api/token/blacklist/", OPEN, refresh),
            Self::new("POST", "/api/token/stream/", GUARDED),
            Self::new("GET", "/api/v1/tasks/", GUARDED),
            Self::with("/api/v1/tasks/", GUARDED, task.clone()),
            Self::with("/api/v1/tasks/create/", GUARDED, task.clone()),
            Self::new("GET", "/api/v1/tasks/overdue/", GUARDED),
            Self::new("GET", "/api/v1/tasks/due_soon/", GUARDED),
            Self::new("GET", "/api/v1/tasks/1/", GUARDED),
            Self::with("/api/v1/tasks/1/", GUARDED, task).by("PUT"),
            Self::with("/api/v1/tasks/1/", GUARDED, json!({"title": "U"})).by("PATCH"),
            Self::new("DELETE", "/api/v1/tasks/1/", GUARDED),
            Self::new("POST", "/api/v1/tasks/1/start/", GUARDED),
            Self::new("POST", "/api/v1/tasks/1/complete/", GUARDED),
            Self::new("POST", "/api/v1/tasks/1/cancel/", GUARDED),
            Self::new("POST", "/api/v1/tasks/1/reopen/", GUARDED),
            Self::with("/api/v1/tasks/1/assign/", GUARDED, json!({"assigned_to": 1})),
            Self::with("/api/v1/tasks/1/add_comment/", GUARDED, json!({"comment": "Yes."})),
            Self::new("GET", "/api/v1/tasks/1/comments/", GUARDED),
            Self::with("/api/v1/tasks/1/comments/", GUARDED, json!({"comment": "Yes."})),
            Self::new("DELETE", "/api/v1/tasks/1/comments/1/", GUARDED),
            Self::new("GET", "/api/v1/tasks/1/readers/", GUARDED),
            Self::new("DELETE", "/api/v1/tasks/1/readers/1/", GUARDED),
            Self::new("GET", "/api/v1/notifications/", GUARDED),
            Self::with(
                "/api/v1/notifications/",
                GUARDED,
                json!({"notification_type": "SYSTEM_ALERT", "assigned_to": 1}),
            ),
            Self::new("GET", "/api/v1/notifications/1/", GUARDED),
            Self::new("DELETE", "/api/v1/notifications/1/", GUARDED),
            Self::new("GET", "/api/v1/notifications/unread_count/", GUARDED),
            Self::new("GET", "/api/v1/notifications/overdue/", GUARDED),
            Self::with(
                "/api/v1/notifications/1/update_notification/",
                GUARDED,
                json!({"read": true}),
            )
            .by("PATCH"),
            Self::with(
                "/api/v1/notifications/1/update_notification/",
                GUARDED,
                json!({"read": true}),
            )
            .by("PUT"),
            Self::new("GET", "/api/v1/notifications/preferences/", GUARDED),
            Self::with(
                "/api/v1/notifications/preferences/",
                GUARDED,
                json!({"TASK_DUE_SOON": false}),
            )
            .by("PUT"),
            Self::new("POST", "/api/v1/notifications/1/mark_read/", GUARDED),
            Self::with(
                "/api/v1/notifications/bulk_mark_read/",
                GUARDED,
                json!({"notification_ids": [1]}),
            ),
            Self::new("POST", "/api/v1/notifications/mark_all_read/", GUARDED),
            Self::new("GET", "/api/v1/notifications/stream/", GUARDED),
            Self::new("GET", "/api/v1/users/", GUARDED),
            Self::with(
                "/api/v1/users/",
                GUARDED,
                json!({"username": "ann", "password": "a quiet morning"}),
            ),
            Self::new("GET", "/api/v1/users/me/", GUARDED),
            Self::with(
                "/api/v1/users/me/password/",
                GUARDED,
                json!({"old_password": "a guess", "new_password": "a quiet morning"}),
            ),
            Self::new("GET", "/api/v1/users/1/", GUARDED),
            Self::with("/api/v1/users/1/", GUARDED, json!({"first_name": "Ann"})).by("PATCH"),
            Self::new("GET", "/health/", OPEN),
            Self::new("GET", "/health/live", OPEN),
            Self::new("GET", "/health/ready", OPEN),
        ]
    }

    /// Those that ask for a token.
    pub fn guarded() -> Vec<Self> {
        let all = Self::all().into_iter();
        all.filter(|operation| operation.guarded).collect()
    }

    /// Those that are POSTs.
    pub fn posts() -> Vec<Self> {
        let all = Self::all().into_iter();
        all.filter(|operation| operation.method == "POST").collect()
    }

    /// What it answers to this caller.
    pub async fn call(&self, api: &Api) -> Answer {
        let request = api.request(self.method, self.path);
        Answer::to(match &self.body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }
}
