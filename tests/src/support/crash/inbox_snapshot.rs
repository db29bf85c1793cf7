//! The content of the inboxes, read in steps while there are no writers.

use std::collections::{BTreeMap, HashMap};

use futures_util::{StreamExt as _, stream};

use super::super::leopard::Leopard;
use super::super::seeded_users::Member;
use super::writer::Acknowledged;

const CONCURRENT: usize = 8;

/// The inboxes of all users as far as they have been read.
#[derive(Default)]
pub struct InboxSnapshot {
    /// By user, the titles of all notifications in the order of their sequences.
    titles: BTreeMap<i64, Vec<String>>,
    /// The recipient and the task, by title.
    known: HashMap<String, (i64, i64)>,
}

impl InboxSnapshot {
    /// Reads what is new in each inbox: the next sequences and no others, of titles that are new,
    /// and an unread count that equals the rows.
    pub async fn read(&mut self, leopard: &Leopard, members: &[Member]) {
        for member in members {
            self.read_one(leopard, member).await;
        }
    }

    async fn read_one(&mut self, leopard: &Leopard, member: &Member) {
        let api = leopard.api(&member.token);
        let titles = self.titles.entry(member.id).or_default();
        loop {
            let read = titles.len();
            let path = format!("/api/v1/notifications/?after={read}&page_size=100");
            let page = api.get(&path).await.expect(200);
            let rows = page["results"].as_array().expect("rows");
            for row in rows {
                let title = row["title"].as_str().expect("a title").to_owned();
                assert_eq!(row["sequence"], titles.len() + 1, "{row}");
                let task = row["meta_info"]["task_id"].as_i64().expect("a task");
                let before = self.known.insert(title.clone(), (member.id, task));
                assert_eq!(before, None, "{title} is repeated");
                titles.push(title);
            }
            if rows.len() < 100 {
                break;
            }
        }
        let of = async |path: &str, name: &str| api.get(path).await.expect(200)[name].clone();
        let all = of("/api/v1/notifications/?page_size=1", "count").await;
        assert_eq!(all, titles.len(), "the inbox of {}", member.id);
        let path = "/api/v1/notifications/?include_read=false&page_size=1";
        let rows = of(path, "count").await;
        let count = of("/api/v1/notifications/unread_count/", "unread_count").await;
        assert_eq!(count, rows, "the unread ones of {}", member.id);
    }

    /// Each of these tasks is stored, and its assignee was notified.
    pub async fn check(&self, leopard: &Leopard, members: &[Member], tasks: &[Acknowledged]) {
        let apis: HashMap<i64, _> =
            members.iter().map(|member| (member.id, leopard.api(&member.token))).collect();
        stream::iter(tasks)
            .for_each_concurrent(CONCURRENT, async |task| {
                let path = format!("/api/v1/tasks/{}/", task.id);
                let response = apis[&task.assignee].get(&path).await;
                assert_eq!(response.status, 200, "{task:?} is lost: {}", response.body);
                assert_eq!(response.json()["title"], task.title.as_str());
                let title = format!("New Task Assigned: {}", task.title);
                let found = self.known.get(&title);
                assert_eq!(found, Some(&(task.assignee, task.id)), "{task:?}");
            })
            .await;
    }

    /// The titles that a stream of this user must have shown.
    pub fn titles(&self, user: i64) -> &[String] {
        self.titles.get(&user).map_or(&[], Vec::as_slice)
    }

    pub fn count(&self) -> usize {
        self.known.len()
    }
}
