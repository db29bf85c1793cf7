//! Workload around tasks: one for each relation that somebody can have to a task.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use serde_json::{Value, json};

use super::leopard::Leopard;
use super::rest::{Answer, Api};
use super::user::User;
use super::wait::{TIMEOUT, until};

/// A task that nobody has touched, the notification that it made, and the comment that mentions somebody.
#[derive(Debug, Clone, Copy)]
pub struct Fresh {
    pub task: i64,
    pub notification: i64,
    pub comment: i64,
}

/// A server with everybody in it.
pub struct Scene {
    pub leopard: Leopard,
    pub somebody_else: i64,
    pub mentioned: i64,
    callers: BTreeMap<&'static str, Api>,
    fresh: Mutex<VecDeque<Fresh>>,
}

impl Scene {
    /// Everybody, and so many tasks.
    pub async fn set(tasks: usize) -> Self {
        let leopard = Leopard::start(&[]).await;
        let staff = leopard.admin().await;
        let doer = leopard.user("assignee").await;
        let wanter = leopard.user("assigner").await;
        let creator = leopard.user("creator").await;
        let mentioned = leopard.user("mentioned").await;
        let mut fresh = make_tasks(&leopard, &staff, [&creator, &wanter, &doer], tasks).await;
        mention_in(&mut fresh, &wanter, &mentioned).await;

        let gone = leopard.user("deactivated").await;
        change(&staff, &gone, json!({"is_active": false})).await;
        until("the deactivated user is shut out", TIMEOUT, async || {
            let answer = gone.api.get("/api/v1/tasks/").await;
            (answer.status == 401).then_some(())
        })
        .await;

        let stream_token = doer.api.post_nothing("/api/token/stream/").await;
        let stream_token = stream_token.expect(200)["token"].take();
        let stream_token = stream_token.as_str().expect("a token");
        let mentioned_id = mentioned.id;
        let callers = BTreeMap::from([
            ("anonymous", leopard.anonymous()),
            ("stranger", leopard.user("stranger").await.api),
            ("stream", leopard.api(stream_token)),
            ("refresh", leopard.api(&doer.refresh)),
            ("assignee", doer.api),
            ("assigner", wanter.api),
            ("creator", creator.api),
            ("mentioned", mentioned.api),
            ("staff", staff.api),
            ("deactivated", gone.api),
        ]);
        Self {
            somebody_else: leopard.user("somebody.else").await.id,
            mentioned: mentioned_id,
            leopard,
            callers,
            fresh: Mutex::new(fresh),
        }
    }

    /// The API as this caller uses it.
    pub fn caller(&self, name: &str) -> &Api {
        &self.callers[name]
    }

    /// A task and a notification for one call.
    pub fn fresh(&self) -> Fresh {
        let mut fresh = self.fresh.lock().expect("nobody panicked");
        fresh.pop_front().expect("a task for each call")
    }
}

/// Tasks that the creator makes, the assigner wants done and the assignee is to do. Only staff may
/// assign as somebody else, so the creator is staff until they are made.
async fn make_tasks(
    leopard: &Leopard,
    staff: &User,
    [creator, wanter, doer]: [&User; 3],
    count: usize,
) -> VecDeque<Fresh> {
    change(staff, creator, json!({"is_staff": true})).await;
    let as_staff = User::log_in(leopard, &creator.name, &creator.password).await;
    for number in 0..count {
        let task = json!({
            "title": format!("Task {number}"),
            "detail": "To be done by one, wanted by another, made by a third",
            "due_date": "2035-12-10T12:00:00Z",
            "assigned_to": doer.id,
            "assigned_by": wanter.id,
        });
        as_staff.api.post("/api/v1/tasks/", task).await.expect(201);
    }
    change(staff, creator, json!({"is_staff": false})).await;
    until("the creator is no longer staff", TIMEOUT, async || {
        let answer = creator.api.get("/api/v1/users/me/").await.expect(200);
        (answer["is_staff"] == false).then_some(())
    })
    .await;
    notifications(doer).await
}

/// Asks somebody about each of the tasks.
async fn mention_in(tasks: &mut VecDeque<Fresh>, author: &User, mentioned: &User) {
    let question = json!({"comment": format!("@{}?", mentioned.name)});
    for Fresh { task, comment, .. } in tasks {
        let path = format!("/api/v1/tasks/{task}/comments/");
        let created = author.api.post(&path, question.clone()).await.expect(201);
        *comment = created["id"].as_i64().expect("an id");
    }
}

/// The whole inbox.
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
    let answer = Answer::to(staff.api.request("PATCH", &path).json(&body)).await;
    answer.expect(200);
}
