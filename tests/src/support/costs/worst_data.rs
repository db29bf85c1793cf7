//! A server with the most that users may store, in the characters that take the most bytes.

use std::sync::Mutex;

use chrono::{SecondsFormat, TimeDelta};
use futures_util::{StreamExt as _, stream};
use leopard_adapters::system::SystemClock;
use leopard_core::port::Clock as _;
use serde_json::{Value, json};

use super::super::crowd::{self, Member, username};
use super::super::home::Home;
use super::super::leopard::Leopard;
use super::super::socket::Socket;
use super::super::user::User;
use super::request::Request;

/// A character of one byte, or 6 in JSON, where it can only be written as an escape.
pub const ESCAPED: &str = "\u{1}";
/// A letter of four bytes, which may stand in a username.
const LETTER: &str = "\u{10400}";
/// How many clients store data at once.
const CLIENTS: usize = 8;
/// Tasks of the owner that are due soon, and overdue: each more than one answer may hold.
const TASKS: usize = 120;
/// The most comments of a task.
const COMMENTS: usize = 1_000;
/// The most mentions of a comment.
const MENTIONS: usize = 20;
/// The most recipients of an announcement, and the most that is replayed by default.
const RECIPIENTS: usize = 1_000;
/// Notifications of the owner: the most that is replayed by default.
pub const NOTIFICATIONS: usize = 1_000;
/// Texts for which a search needs seconds.
const SEARCHED: usize = 2_000;

/// Limits that count requests and connections, all off: the costs of each request are what is tested.
const NO_QUOTAS: [(&str, &str); 6] = [
    ("LEOPARD_LOG", "warn"),
    ("LEOPARD_CONNECTIONS_PER_ADDRESS", "0"),
    ("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", "0"),
    ("LEOPARD_LOGIN_ATTEMPTS_PER_HOUR", "0"),
    ("LEOPARD_REQUESTS_PER_MINUTE", "0"),
    ("LEOPARD_TASKS_PER_MINUTE", "0"),
];

/// The server and what is in it.
pub struct WorstData {
    pub leopard: Leopard,
    /// A staff user.
    pub staff: User,
    /// Owns everything that is large.
    pub owner: User,
    /// Has many texts in which a search finds nothing for as long as possible.
    pub searcher: User,
    /// A user with a small inbox and a small task.
    pub witness: User,
    pub witness_task: i64,
    /// Has as many notifications as are replayed at most, and gets no other.
    pub listener: Member,
    /// The task with as many comments as a task may have.
    pub discussed: i64,
    /// As many users as one announcement may have recipients; all are mentioned in that task.
    pub recipients: Vec<i64>,
    tasks: Mutex<Vec<i64>>,
    comments: Mutex<Vec<i64>>,
    notifications: Mutex<Vec<i64>>,
}

/// The data of one task, at all its maxima.
pub fn largest_task(assigned_to: i64, due_date: &str) -> Value {
    let tags = (10..30).map(|n| format!("{n}{}", ESCAPED.repeat(48)));
    json!({
        "title": ESCAPED.repeat(200),
        "detail": ESCAPED.repeat(20_000),
        "due_date": due_date,
        "priority": "URGENT",
        "assigned_to": assigned_to,
        "tags": tags.collect::<Vec<_>>(),
        "linked_entity_type": ESCAPED.repeat(50),
        "linked_entity_id": i64::MAX,
    })
}

/// The data of an announcement, at all its maxima.
pub fn largest_announcement(recipients: &[i64]) -> Value {
    json!({
        "notification_type": "SYSTEM_ALERT",
        "assigned_to": recipients,
        "title": ESCAPED.repeat(200),
        "message": ESCAPED.repeat(2_000),
        "due_date": "2035-01-01T00:00:00Z",
        "meta_info": {"n": "x".repeat(4_096 - r#"{"n":""}"#.len())},
    })
}

impl WorstData {
    /// A home for it: requests are not counted in it.
    pub fn home() -> Home {
        Home::new(&NO_QUOTAS)
    }

    /// Starts a server in this home and stores all of it.
    pub async fn in_home(home: Home) -> Self {
        let home = crowd::with_folder(home);
        let (home, mut recipients) = crowd::settle(home, RECIPIENTS + 1).await;
        let listener = recipients.pop().expect("a user");
        let leopard = home.serve().await;
        let staff = staff(&leopard).await;
        let owner = longest_user(&leopard, &staff).await;
        let searcher = leopard.user("searcher").await;
        let witness = leopard.user("witness").await;
        let witness_task = witness.api.create_task("T", witness.id).await;
        let discussed = witness.api.create_task("T", owner.id).await;
        let mut data = Self {
            witness_task: id(&witness_task),
            discussed: id(&discussed),
            recipients: recipients.iter().map(|member| member.id).collect(),
            tasks: Mutex::default(),
            comments: Mutex::default(),
            notifications: Mutex::default(),
            leopard,
            staff,
            owner,
            searcher,
            witness,
            listener,
        };
        data.store_tasks().await;
        data.store_comments().await;
        data.store_notifications().await;
        data
    }

    async fn store_tasks(&mut self) {
        let tomorrow = self.in_days(1);
        let yesterday = self.in_days(-1);
        let mut ids = vec![];
        for due in [&tomorrow, &yesterday] {
            let task = largest_task(self.owner.id, due);
            let request = Request::post(&self.owner.access, "/api/v1/tasks/", &task);
            ids.extend(self.store(TASKS, |_| request.clone()).await.iter().map(id));
        }
        self.tasks = Mutex::new(ids);
        let searched = json!({
            "title": "T", "detail": "a".repeat(20_000), "due_date": tomorrow,
            "assigned_to": self.searcher.id,
        });
        let request = Request::post(&self.searcher.access, "/api/v1/tasks/", &searched);
        self.store(SEARCHED, |_| request.clone()).await;
    }

    /// The first comments make as many readers as possible, and all others are as large as possible.
    async fn store_comments(&mut self) {
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
        let stored = self
            .store(COMMENTS, |number| comments[number].clone())
            .await;
        self.comments = Mutex::new(stored.iter().map(id).collect());
    }

    async fn store_notifications(&mut self) {
        let announcement = largest_announcement(&[self.owner.id, self.listener.id]);
        let path = "/api/v1/notifications/";
        let request = Request::post(&self.staff.access, path, &announcement);
        let stored = self.store(NOTIFICATIONS, |_| request.clone()).await;
        let of_owner = |answer: &Value| {
            let mut both = answer["results"].as_array().expect("two").iter();
            id(both
                .find(|one| one["assigned_to"] == self.owner.id)
                .expect("theirs"))
        };
        let ids = stored.iter().map(of_owner).collect();
        self.notifications = Mutex::new(ids);
    }

    /// Sends so many requests, each of which must create something, and returns the answers.
    async fn store(&self, count: usize, request: impl Fn(usize) -> Request) -> Vec<Value> {
        let clients = (0..CLIENTS).map(|client| {
            let request = &request;
            async move {
                let mut socket = Socket::connect(&self.leopard).await;
                let mut answers = vec![];
                for number in (client..count).step_by(CLIENTS) {
                    socket.send_bytes(&request(number).bytes()).await;
                    let (head, body) = socket.answer().await;
                    assert!(head.starts_with("http/1.1 201"), "{head}{body}");
                    answers.push(serde_json::from_str(&body).expect("an answer is JSON"));
                }
                answers
            }
        });
        let clients: Vec<_> = clients.collect();
        let all = stream::iter(clients).buffer_unordered(CLIENTS);
        all.collect::<Vec<Vec<Value>>>().await.concat()
    }

    /// This moment, so many days later.
    pub fn in_days(&self, days: i64) -> String {
        let time = SystemClock.now() + TimeDelta::days(days);
        time.to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// All of the owner's largest tasks.
    pub fn all_tasks(&self) -> Vec<i64> {
        self.tasks.lock().expect("no case panicked").clone()
    }

    /// One of the owner's largest tasks.
    pub fn task(&self) -> i64 {
        let tasks = self.tasks.lock().expect("no case panicked");
        *tasks.first().expect("the owner has tasks")
    }

    /// One of them for this call alone, which may close or delete it.
    pub fn spare_task(&self) -> i64 {
        let mut tasks = self.tasks.lock().expect("no case panicked");
        tasks.pop().expect("enough tasks")
    }

    /// A comment of the owner for this call alone, which may delete it.
    pub fn spare_comment(&self) -> i64 {
        let mut comments = self.comments.lock().expect("no case panicked");
        comments.pop().expect("enough comments")
    }

    /// One of the owner's largest notifications.
    pub fn notification(&self) -> i64 {
        let notifications = self.notifications.lock().expect("no case panicked");
        *notifications.first().expect("the owner has notifications")
    }

    /// One of them for this call alone, which may delete it.
    pub fn spare_notification(&self) -> i64 {
        let mut notifications = self.notifications.lock().expect("no case panicked");
        notifications.pop().expect("enough notifications")
    }

    /// All of the owner's largest notifications.
    pub fn all_notifications(&self) -> Vec<i64> {
        self.notifications.lock().expect("no case panicked").clone()
    }
}

/// A comment with as many mentions as it may have, each of them as long as can be.
pub fn largest_comment(username: &str) -> String {
    let mentions = format!("@{username} ").repeat(MENTIONS);
    let rest = 5_000 - mentions.chars().count();
    mentions + &ESCAPED.repeat(rest)
}

async fn staff(leopard: &Leopard) -> User {
    let password = "a password of staff";
    let command = ["user", "create", "boss", "--staff", "--password-stdin"];
    leopard.home().cli_with_input(&command, password).await;
    User::log_in(leopard, "boss", password).await
}

/// A user of the longest names, which stand in every task and comment of theirs.
async fn longest_user(leopard: &Leopard, staff: &User) -> User {
    let name = LETTER.repeat(150);
    let password = "\u{1F406}".repeat(1_000);
    let user = largest_user(&name, &password);
    staff.api.post("/api/v1/users/", user).await.expect(201);
    User::log_in(leopard, &name, &password).await
}

/// A new user, at all maxima.
pub fn largest_user(name: &str, password: &str) -> Value {
    json!({
        "username": name,
        "password": password,
        "email": format!("{}@example.org", "e".repeat(242)),
        "first_name": ESCAPED.repeat(150),
        "last_name": ESCAPED.repeat(150),
    })
}

/// The `id` of a resource.
pub fn id(resource: &Value) -> i64 {
    resource["id"].as_i64().expect("an id")
}
