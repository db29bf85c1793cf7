//! Many who do something to the same at the same time, on either database.

use futures_util::future::{join, join_all};
use leopard_tests::support::home::Home;
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::postgres::new_database;
use leopard_tests::support::rest::{Answer, Api};
use leopard_tests::support::stream::EventStream;
use leopard_tests::support::wait::{TIMEOUT, until, within};
use serde_json::{Value, json};

/// What nine of ten people do to a task while all of them speak of it: each something else.
const CHANGES: [(&str, &str, &str); 9] = [
    ("PATCH", "", r#"{"title": "Another title"}"#),
    ("PATCH", "", r#"{"detail": "Another detail"}"#),
    ("PATCH", "", r#"{"priority": "URGENT"}"#),
    ("PATCH", "", r#"{"tags": ["a", "b"]}"#),
    ("PATCH", "", r#"{"due_date": "2036-01-01T00:00:00Z"}"#),
    (
        "PATCH",
        "",
        r#"{"linked_entity_type": "client", "linked_entity_id": 7}"#,
    ),
    ("PATCH", "", r#"{"assigned_by": 5}"#),
    ("POST", "start/", "{}"),
    ("POST", "assign/", r#"{"assigned_to": 3}"#),
];

async fn on_postgres() -> Leopard {
    let home = Home::new(&[
        ("DATABASE_URL", &new_database().await),
        (
            "LEOPARD_JWT_SECRET",
            "a secret of more than thirty-two bytes",
        ),
    ]);
    home.serve().await
}

/// One more who is staff, and so may do everything.
async fn colleague(leopard: &Leopard, number: usize) -> Api {
    let name = format!("colleague{number}");
    let home = leopard.home();
    home.cli(&["user", "create", &name, "--staff"]).await;
    leopard.api(home.cli(&["token", &name]).await.trim())
}

/// Sends it until nobody was faster too often, and answers what was answered then.
async fn insist(person: &Api, (method, path, body): (&str, &str, &str)) -> Answer {
    until(path, TIMEOUT, async || {
        let request = person.request(method, path).body(body.to_owned());
        let answer = Answer::to(request.header("Content-Type", "application/json")).await;
        (answer.status != 409).then_some(answer)
    })
    .await
}

async fn ten_lose_nothing(leopard: &Leopard) {
    // One after the other, so that their ids are 2 to 11.
    let mut people = vec![];
    for number in 0..10 {
        people.push(colleague(leopard, number).await);
    }
    let task = people[0].create_task("A title", 4).await;
    let path = format!("/api/v1/tasks/{}/", task["id"]);
    let work = people.iter().enumerate().map(async |(number, person)| {
        let said = async {
            let comment = json!({"comment": format!("Said by {number}, for @colleague9")});
            let said = person.post(&format!("{path}add_comment/"), comment).await;
            said.expect(200);
        };
        let changed = async {
            if let Some((method, action, body)) = CHANGES.get(number) {
                let changed = insist(person, (method, &format!("{path}{action}"), body)).await;
                changed.expect(200);
            }
        };
        join(said, changed).await;
    });
    join_all(work).await;

    let answer = people[0].get(&path).await;
    let version = 1 + people.len() + CHANGES.len();
    assert_eq!(answer.header("ETag"), format!("\"{version}\""));
    let task = answer.expect(200);
    let mut said: Vec<_> = (task["comments"].as_array().expect("comments").iter())
        .map(|comment| {
            (
                &comment["user_id"],
                &comment["text"],
                &comment["mentions"][0]["user_id"],
            )
        })
        .map(|(by, text, mentioned)| (by.as_i64(), text.clone(), mentioned.as_i64()))
        .collect();
    said.sort_by_key(|(by, ..)| *by);
    let expected = (0..10).map(|number| {
        let text = json!(format!("Said by {number}, for @colleague9"));
        (Some(number + 2), text, Some(11))
    });
    assert_eq!(said, expected.collect::<Vec<_>>());
    for (field, value) in [
        ("title", json!("Another title")),
        ("detail", json!("Another detail")),
        ("priority", json!("URGENT")),
        ("tags", json!(["a", "b"])),
        ("due_date", json!("2036-01-01T00:00:00Z")),
        ("linked_entity_id", json!(7)),
        ("assigned_by_name", json!("colleague3")),
        ("status", json!("IN_PROGRESS")),
        ("assigned_to_name", json!("colleague1")),
    ] {
        assert_eq!(task[field], value, "{field}");
    }
    let mentions = people[9].get("/api/v1/notifications/").await.expect(200);
    assert_eq!(mentions["count"], 10);
    let given = people[1].get("/api/v1/notifications/").await.expect(200);
    assert_eq!(given["count"], 1);
}

#[tokio::test]
async fn ten_people_who_discuss_and_change_a_task_lose_nothing() {
    ten_lose_nothing(&Leopard::start(&[]).await).await;
}

#[tokio::test]
async fn ten_people_who_discuss_and_change_a_task_lose_nothing_on_postgres() {
    ten_lose_nothing(&on_postgres().await).await;
}

async fn give(leopard: &Leopard, count: usize) {
    let count = count.to_string();
    let task = ["task", "create", "--assigned-to", "admin", "--title", "One"];
    let all = [&task[..], &["--count", &count]].concat();
    leopard.home().cli(&all).await;
}

async fn unread(device: &Api) -> (Value, Value) {
    let path = "/api/v1/notifications/unread_count/";
    let count = device.get(path).await.expect(200)["unread_count"].take();
    let path = "/api/v1/notifications/?include_read=false";
    (count, device.get(path).await.expect(200)["count"].take())
}

/// Waits until the stream says that nothing is unread.
async fn until_all_is_read(stream: &mut EventStream) {
    within("nothing is unread", TIMEOUT, async {
        while stream.next_of("unread_count_update").await.data["unread_count"] != 0 {}
    })
    .await;
}

async fn two_devices_count_right(leopard: &Leopard) {
    let devices = [leopard.admin().await, leopard.admin().await];
    let [phone, laptop] = [&devices[0].api, &devices[1].api];
    give(leopard, 80).await;
    let inbox = "/api/v1/notifications/?after=0&page_size=100";
    let inbox = phone.get(inbox).await.expect(200);
    let ids = inbox["results"].as_array().expect("a list").iter();
    let ids: Vec<_> = ids.map(|it| it["id"].clone()).collect();
    assert_eq!(ids.len(), 80);
    let mut streams = [
        devices[0].follow(leopard).await,
        devices[1].follow(leopard).await,
    ];

    // Forty by one, forty by the other, twenty of them by both, while more come.
    let singly = ids[..40].iter().map(async |id| {
        let path = format!("/api/v1/notifications/{id}/mark_read/");
        phone.post_nothing(&path).await.expect(200);
    });
    let in_parts = ids[20..60].chunks(5).map(async |part| {
        let path = "/api/v1/notifications/bulk_mark_read/";
        let body = json!({"notification_ids": part});
        laptop.post(path, body).await.expect(200);
    });
    join(
        join(join_all(singly), join_all(in_parts)),
        give(leopard, 20),
    )
    .await;
    for device in [phone, laptop] {
        assert_eq!(unread(device).await, (json!(40), json!(40)));
    }

    // Until now twenty at least were unread.
    let path = "/api/v1/notifications/mark_all_read/";
    let answers = join(phone.post_nothing(path), laptop.post_nothing(path)).await;
    let marked = [answers.0, answers.1].map(|answer| answer.expect(200));
    let marked = marked.map(|answer| answer["marked_read_count"].as_i64().expect("a count"));
    assert_eq!(marked.iter().sum::<i64>(), 40, "{marked:?}");
    for stream in &mut streams {
        until_all_is_read(stream).await;
    }
    assert_eq!(unread(phone).await, (json!(0), json!(0)));
}

#[tokio::test]
async fn two_devices_that_read_at_once_count_right() {
    two_devices_count_right(&Leopard::start(&[]).await).await;
}

#[tokio::test]
async fn two_devices_that_read_at_once_count_right_on_postgres() {
    two_devices_count_right(&on_postgres().await).await;
}
