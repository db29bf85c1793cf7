//! A server with the most data that users may store, in characters that take the most bytes.

use std::fs;
use std::sync::Mutex;

use chrono::{SecondsFormat, TimeDelta};
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::fixtures::{id, now};

use super::super::leopard::Leopard;
use super::super::request::Request;
use super::super::seeded_users::{self, Member, username};
use super::super::socket::Socket;
use super::super::user::User;
use super::super::workdir::Workdir;
use super::maxima::{
    LETTER, MENTIONS, largest_announcement, largest_comment, largest_task, largest_user,
};

const CLIENTS: usize = 8;
/// Tasks of the owner that are due soon, and overdue: each more than one response may hold.
const TASKS: usize = 120;
const COMMENTS: usize = 1_000;
/// The most recipients of an announcement, and the most that is replayed by default.
const RECIPIENTS: usize = 1_000;
/// Notifications of the owner: the most that is replayed by default.
pub const NOTIFICATIONS: usize = 1_000;
/// Tasks in which a search takes seconds.
const SEARCHED: usize = 2_000;

/// The names of users; the owner's name and password have the greatest length.
const STAFF: &str = "boss";
const SEARCHER: &str = "searcher";
const WITNESS: &str = "witness";

/// Without limits that count requests and connections: only the cost of each request is tested.
const NO_QUOTAS: [(&str, &str); 6] = [
    ("LEOPARD_LOG", "warn"),
    ("LEOPARD_CONNECTIONS_PER_ADDRESS", "0"),
    ("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", "0"),
    ("LEOPARD_LOGIN_ATTEMPTS_PER_HOUR", "0"),
    ("LEOPARD_REQUESTS_PER_MINUTE", "0"),
    ("LEOPARD_TASKS_PER_MINUTE", "0"),
];

pub struct WorstData {
    pub leopard: Leopard,
    pub staff: User,
    /// Owns everything that is large.
    pub owner: User,
    /// Has many texts in which a search finds nothing slowly.
    pub searcher: User,
    /// A user with a small inbox and a small task.
    pub witness: User,
    pub witness_task: i64,
    /// Has the most notifications that are replayed.
    pub listener: Member,
    /// The task with the most comments.
    pub discussed: i64,
    /// The most recipients of an announcement; all are mentioned in that task.
    pub recipients: Vec<i64>,
    /// The owner's largest tasks, comments and notifications.
    pub tasks: Stock,
    pub comments: Stock,
    pub notifications: Stock,
}

/// Ids of records, some of which calls may use up.
pub struct Stock(Mutex<Vec<i64>>);

impl Stock {
    pub fn all(&self) -> Vec<i64> {
        self.0.lock().expect("no panic").clone()
    }

    /// One that is still there.
    pub fn any(&self) -> i64 {
        *self.all().first().expect("enough of them")
    }

    /// One that the caller may close or delete.
    pub fn take(&self) -> i64 {
        self.0.lock().expect("no panic").pop().expect("enough of them")
    }
}

#[derive(Clone)]
struct Ids {
    witness_task: i64,
    discussed: i64,
    listener: Member,
    recipients: Vec<i64>,
    tasks: Vec<i64>,
    comments: Vec<i64>,
    notifications: Vec<i64>,
}

/// The SQLite database that the first test of this process fills; all tests use copies of it.
static FULL: OnceCell<(Workdir, Ids)> = OnceCell::const_new();

impl WorstData {
    pub fn workdir() -> Workdir {
        Workdir::new(&NO_QUOTAS)
    }

    /// Starts a server with the data in this working directory.
    pub async fn in_workdir(workdir: Workdir) -> Self {
        if workdir.database_url().starts_with("postgres") {
            let (workdir, ids) = Self::fill(workdir).await;
            return Self::over(workdir.serve().await, ids).await;
        }
        let (full, ids) = FULL.get_or_init(|| Self::fill(workdir.same_settings())).await;
        let workdir = seeded_users::with_secret(seeded_users::with_folder(workdir));
        let database = |workdir: &Workdir| workdir.path().join("leopard-data/leopard.db");
        fs::copy(database(full), database(&workdir)).expect("a copy of the database");
        Self::over(workdir.serve().await, ids.clone()).await
    }

    /// Stores the data in the database of this working directory.
    async fn fill(workdir: Workdir) -> (Workdir, Ids) {
        let workdir = seeded_users::with_folder(workdir);
        let (workdir, mut recipients) = seeded_users::create(workdir, RECIPIENTS + 1).await;
        let listener = recipients.pop().expect("a user");
        let leopard = workdir.serve().await;
        let staff = leopard.staff(STAFF).await;
        let (name, password) = owner();
        let user = largest_user(&name, &password);
        let owner = staff.api.post("/api/v1/users/", user).await.expect(201);
        leopard.user(SEARCHER).await;
        let witness = leopard.user(WITNESS).await;
        let witness_task = witness.api.create_task("T", witness.id).await;
        let discussed = witness.api.create_task("T", id(&owner)).await;
        let ids = Ids {
            witness_task: id(&witness_task),
            discussed: id(&discussed),
            listener,
            recipients: recipients.iter().map(|member| member.id).collect(),
            tasks: vec![],
            comments: vec![],
            notifications: vec![],
        };
        let data = Self::over(leopard, ids.clone()).await;
        let ids = Ids {
            tasks: data.store_tasks().await,
            comments: data.store_comments().await,
            notifications: data.store_notifications().await,
            ..ids
        };
        (data.leopard.stop().await, ids)
    }

    /// Logs all users in to a server on this data.
    async fn over(leopard: Leopard, ids: Ids) -> Self {
        let (name, password) = owner();
        Self {
            staff: User::log_in(&leopard, STAFF, &User::password(STAFF)).await,
            owner: User::log_in(&leopard, &name, &password).await,
            searcher: User::log_in(&leopard, SEARCHER, &User::password(SEARCHER)).await,
            witness: User::log_in(&leopard, WITNESS, &User::password(WITNESS)).await,
            leopard,
            witness_task: ids.witness_task,
            discussed: ids.discussed,
            listener: ids.listener,
            recipients: ids.recipients,
            tasks: Stock(Mutex::new(ids.tasks)),
            comments: Stock(Mutex::new(ids.comments)),
            notifications: Stock(Mutex::new(ids.notifications)),
        }
    }

    async fn store_tasks(&self) -> Vec<i64> {
        let tomorrow = self.in_days(1);
        let yesterday = self.in_days(-1);
        let mut ids = vec![];
        for due in [&tomorrow, &yesterday] {
            let task = largest_task(self.owner.id, due);
            let request = Request::post(&self.owner.access, "/api/v1/tasks/", &task);
            ids.extend(self.store(TASKS, |_| request.clone()).await.iter().map(id));
        }
        let searched = json!({
            "title": "T", "detail": "a".repeat(20_000), "due_date": tomorrow,
            "assigned_to": self.searcher.id,
        });
        let request = Request::post(&self.searcher.access, "/api/v1/tasks/", &searched);
        self.store(SEARCHED, |_| request.clone()).await;
        ids
    }

    /// The first comments mention the most readers, all others have the largest size.
    async fn store_comments(&self) -> Vec<i64> {
        let path = format!("/api/v1/tasks/{}/comments/", self.discussed);
        let post = |text: &str| {
            let comment = json!({ "comment": text });
            Request::post(&self.owner.access, &path, &comment)
        };
        let largest = post(&largest_comment(&self.owner.name));
        let readers = (0..RECIPIENTS).step_by(MENTIONS).map(|first| {
            let names = (first..first + MENTIONS).map(|number| format!("@{}", username(number)));
            post(&names.collect::<Vec<_>>().join(" "))
        });
        let mut comments: Vec<_> = readers.collect();
        comments.resize(COMMENTS, largest);
        let stored = self.store(COMMENTS, |number| comments[number].clone()).await;
        stored.iter().map(id).collect()
    }

    async fn store_notifications(&self) -> Vec<i64> {
        let announcement = largest_announcement(&[self.owner.id, self.listener.id]);
        let path = "/api/v1/notifications/";
        let request = Request::post(&self.staff.access, path, &announcement);
        let stored = self.store(NOTIFICATIONS, |_| request.clone()).await;
        let of_owner = |response: &Value| {
            let mut both = response["results"].as_array().expect("two").iter();
            id(both.find(|one| one["assigned_to"] == self.owner.id).expect("theirs"))
        };
        stored.iter().map(of_owner).collect()
    }

    /// Sends so many requests, each of which must create something, and returns the responses.
    async fn store(&self, count: usize, request: impl Fn(usize) -> Request) -> Vec<Value> {
        let clients = (0..CLIENTS).map(|client| {
            let request = &request;
            async move {
                let mut socket = Socket::connect(&self.leopard).await;
                let mut responses = vec![];
                for number in (client..count).step_by(CLIENTS) {
                    socket.send_bytes(&request(number).bytes()).await;
                    let (head, body) = socket.response().await;
                    assert!(head.starts_with("http/1.1 201"), "{head}{body}");
                    responses.push(serde_json::from_str(&body).expect("a response is JSON"));
                }
                responses
            }
        });
        let clients: Vec<_> = clients.collect();
        let all = stream::iter(clients).buffer_unordered(CLIENTS);
        all.collect::<Vec<Vec<Value>>>().await.concat()
    }

    pub(super) fn owner_gets(&self, path: impl Into<String>) -> Request {
        self.owner_sends("GET", path)
    }

    pub(super) fn owner_sends(&self, method: &str, path: impl Into<String>) -> Request {
        Request::new(method, path).bearer(&self.owner.access)
    }

    /// The time in so many days.
    pub fn in_days(&self, days: i64) -> String {
        let time = now() + TimeDelta::days(days);
        time.to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}

fn owner() -> (String, String) {
    (LETTER.repeat(150), "\u{1F406}".repeat(1_000))
}
