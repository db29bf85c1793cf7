//! A server with one user for each relation to a task.

#![expect(clippy::similar_names, reason = "the API calls the two users assigner and assignee")]

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::fixtures::task_body;

use super::leopard::Leopard;
use super::rest::Api;
use super::user::User;
use super::wait::{TIMEOUT, until};

/// An unchanged task, its notification, and its comment with a mention.
#[derive(Debug, Clone, Copy)]
pub struct Fresh {
    pub task: i64,
    pub notification: i64,
    pub comment: i64,
}

/// The API keys with one scope.
const SCOPES: [(&str, &str); 7] = [
    ("send", "notifications:send"),
    ("inbox", "notifications:read"),
    ("read_tasks", "tasks:read"),
    ("write_tasks", "tasks:write"),
    ("read_users", "users:read"),
    ("write_users", "users:write"),
    ("issue_tokens", "tokens:issue"),
];

pub struct Scene {
    pub leopard: Leopard,
    pub other_user: i64,
    pub mentioned: i64,
    callers: BTreeMap<&'static str, Api>,
    fresh: Mutex<VecDeque<Fresh>>,
}

impl Scene {
    /// The external id of a user.
    pub const EXTERNAL_ID: &'static str = "7";

    /// All users, and this number of tasks.
    pub async fn set(tasks: usize) -> Self {
        let leopard = Leopard::start(&[]).await;
        let staff = leopard.admin().await;
        let assignee = leopard.user("assignee").await;
        let assigner = leopard.user("assigner").await;
        let creator = leopard.user("creator").await;
        let mentioned = leopard.user("mentioned").await;
        let mut fresh = make_tasks(&leopard, &staff, [&creator, &assigner, &assignee], tasks).await;
        mention_in(&mut fresh, &assigner, &mentioned).await;

        let gone = leopard.user("deactivated").await;
        let gone_key = key(&staff, &gone, &["tasks:read"], None).await;
        change(&staff, &gone, json!({"is_active": false})).await;
        gone.api.until_status("/api/v1/tasks/", 401, TIMEOUT).await;

        let mut keys = BTreeMap::from([("gone_key", gone_key)]);
        for (name, scope) in SCOPES {
            keys.insert(name, key(&staff, &assignee, &[scope], None).await);
        }
        let service = json!({"username": "service", "kind": "service"});
        let service = staff.api.post("/api/v1/users/", service).await.expect(201);
        let path = format!("/api/v1/users/{}/keys/", service["id"]);
        let every = SCOPES.map(|(_, scope)| scope);
        keys.insert("service", create_key(&staff, &path, &every, None).await);
        let path = format!("/api/v1/users/by-external-id/{}/", Self::EXTERNAL_ID);
        staff.api.put(&path, json!({"username": "shopper"})).await.expect(201);

        let both = ["tasks:read", "users:read"];
        keys.insert("staff_key", key(&staff, &staff, &both, None).await);
        keys.insert("revoked", key(&staff, &assignee, &["tasks:read"], None).await);
        revoke_newest(&staff, &assignee).await;
        let keys_of_staff = staff.api.get("/api/v1/users/me/keys/").await.expect(200);
        let created_at = keys_of_staff["results"][0]["created_at"].as_str().expect("a time");
        let created_at: DateTime<Utc> = created_at.parse().expect("a time");
        // The request arrives before.
        let soon = created_at + TimeDelta::seconds(4);
        keys.insert("expired", key(&staff, &assignee, &["tasks:read"], Some(soon)).await);
        for name in ["revoked", "expired", "gone_key"] {
            leopard.api(&keys[name]).until_status("/api/v1/tasks/", 401, TIMEOUT).await;
        }

        let stream_token = assignee.api.stream_token().await;
        let mentioned_id = mentioned.id;
        let keys = keys.into_iter().map(|(name, key)| (name, leopard.api(&key)));
        let callers = [
            ("anonymous", leopard.anonymous()),
            ("stranger", leopard.user("stranger").await.api),
            ("stream", leopard.api(&stream_token)),
            ("refresh", leopard.api(&assignee.refresh)),
            ("assignee", assignee.api),
            ("assigner", assigner.api),
            ("creator", creator.api),
            ("mentioned", mentioned.api),
            ("staff", staff.api),
            ("deactivated", gone.api),
        ];
        let callers = callers.into_iter().chain(keys).collect();
        Self {
            other_user: leopard.user("other").await.id,
            mentioned: mentioned_id,
            leopard,
            callers,
            fresh: Mutex::new(fresh),
        }
    }

    pub fn caller(&self, name: &str) -> &Api {
        &self.callers[name]
    }

    pub fn fresh(&self) -> Fresh {
        let mut fresh = self.fresh.lock().expect("no panic");
        fresh.pop_front().expect("a task for each call")
    }
}

/// Creates tasks with a creator, an assigner and an assignee. Only staff may name another assigner, so
/// the creator is staff meanwhile.
async fn make_tasks(
    leopard: &Leopard,
    staff: &User,
    [creator, assigner, assignee]: [&User; 3],
    count: usize,
) -> VecDeque<Fresh> {
    change(staff, creator, json!({"is_staff": true})).await;
    let as_staff = User::log_in(leopard, &creator.name, &creator.password).await;
    for number in 0..count {
        let mut task = task_body(&format!("Task {number}"), assignee.id);
        task["assigned_by"] = json!(assigner.id);
        as_staff.api.post("/api/v1/tasks/", task).await.expect(201);
    }
    change(staff, creator, json!({"is_staff": false})).await;
    until("the creator is no longer staff", TIMEOUT, async || {
        let response = creator.api.get("/api/v1/users/me/").await.expect(200);
        (response["is_staff"] == false).then_some(())
    })
    .await;
    notifications(assignee).await
}

async fn mention_in(tasks: &mut VecDeque<Fresh>, author: &User, mentioned: &User) {
    let question = json!({"comment": format!("@{}?", mentioned.name)});
    for Fresh { task, comment, .. } in tasks {
        let path = format!("/api/v1/tasks/{task}/comments/");
        let created = author.api.post(&path, question.clone()).await.expect(201);
        *comment = created["id"].as_i64().expect("an id");
    }
}

async fn notifications(user: &User) -> VecDeque<Fresh> {
    let mut path = "/api/v1/notifications/?page_size=100".to_owned();
    let mut all = VecDeque::new();
    loop {
        let page = user.api.get(&path).await.expect(200);
        for notification in page["results"].as_array().expect("a list") {
            let id = |value: &Value| value.as_i64().expect("an id");
            all.push_back(Fresh {
                task: id(&notification["meta_info"]["task_id"]),
                notification: id(&notification["id"]),
                comment: 0,
            });
        }
        match page["next"].as_str() {
            Some(next) => {
                let begin = next.find("/api/").expect("a path");
                next[begin..].clone_into(&mut path);
            }
            None => return all,
        }
    }
}

async fn change(staff: &User, user: &User, body: Value) {
    let path = format!("/api/v1/users/{}/", user.id);
    staff.api.patch(&path, body).await.expect(200);
}

/// A new API key of the user, created by staff.
async fn key(
    staff: &User,
    user: &User,
    scopes: &[&str],
    expires_at: Option<DateTime<Utc>>,
) -> String {
    let path = format!("/api/v1/users/{}/keys/", user.id);
    create_key(staff, &path, scopes, expires_at).await
}

async fn create_key(
    staff: &User,
    path: &str,
    scopes: &[&str],
    expires_at: Option<DateTime<Utc>>,
) -> String {
    let body = json!({"name": "a key", "scopes": scopes, "expires_at": expires_at});
    let created = staff.api.post(path, body).await.expect(201);
    created["key"].as_str().expect("a key").to_owned()
}

/// Revokes the newest key of the user.
async fn revoke_newest(staff: &User, user: &User) {
    let path = format!("/api/v1/users/{}/keys/", user.id);
    let keys = staff.api.get(&path).await.expect(200);
    let newest = keys["results"].as_array().and_then(|keys| keys.last()).expect("a key");
    let path = format!("{path}{}/", newest["id"]);
    assert_eq!(staff.api.delete(&path).await.status, 204);
}
