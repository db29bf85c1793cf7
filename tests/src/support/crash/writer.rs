//! Writers that create one task after the other.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::fixtures::{id, task_body};

use super::super::rest::Api;
use super::super::rng::Rng;
use super::super::seeded_users::Member;
use super::server_address::AddressWatch;

/// A task whose creation returned 201.
#[derive(Debug, Clone)]
pub struct Acknowledged {
    pub id: i64,
    pub title: String,
    pub assignee: i64,
}

pub struct Work {
    pub name: String,
    pub address: AddressWatch,
    pub rng: Rng,
    pub members: Arc<Vec<Member>>,
    pub acknowledged: Arc<Mutex<Vec<Acknowledged>>>,
}

/// Creates tasks for random users, and sometimes marks an inbox as read. A request without a response may
/// have been stored or not.
pub async fn work(mut work: Work) -> Infallible {
    let mut number = 0;
    loop {
        let address = work.address.server().await;
        let url = format!("http://{address}");
        let caller = work.rng.pick(&work.members);
        let api = Api::new(&url, Some(&caller.token));
        while work.address.is_unbroken() {
            number += 1;
            let assignee = work.rng.pick(&work.members).id;
            let title = format!("{} {number}", work.name);
            let done = match work.rng.among(0..=63) {
                0 => read_all(&api).await,
                _ => create(&api, &title, assignee, &work.acknowledged).await,
            };
            if done.is_none() {
                let torn = "a request broke on a running server";
                assert!(!work.address.is_unbroken(), "{torn}");
                break;
            }
        }
    }
}

async fn read_all(api: &Api) -> Option<()> {
    let path = "/api/v1/notifications/mark_all_read/";
    post(api, path, &json!({}), 200).await.map(drop)
}

async fn create(
    api: &Api,
    title: &str,
    assignee: i64,
    acknowledged: &Mutex<Vec<Acknowledged>>,
) -> Option<()> {
    let task = post(api, "/api/v1/tasks/create/", &task_body(title, assignee), 201).await?;
    let one = Acknowledged { id: id(&task), title: title.to_owned(), assignee };
    acknowledged.lock().expect("no panic").push(one);
    Some(())
}

/// The response, which must have this status; none if the connection broke.
async fn post(api: &Api, path: &str, body: &Value, status: u16) -> Option<Value> {
    let response = api.request("POST", path).json(body).send().await.ok()?;
    let answered = response.status().as_u16();
    let text = response.text().await.ok()?;
    assert_eq!(answered, status, "{path}: {text}");
    Some(serde_json::from_str(&text).expect("a response is JSON"))
}
