//! Two devices of one user that mark notifications as read at the same time.

use futures_util::future::{join, join_all};
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::postgres::new_database;
use leopard_tests::support::rest::Api;
use leopard_tests::support::stream::EventStream;
use leopard_tests::support::wait::{TIMEOUT, within};
use leopard_tests::support::workdir::Workdir;
use serde_json::{Value, json};

/// Creates tasks for the user `admin`.
async fn assign(leopard: &Leopard, count: usize) {
    let count = count.to_string();
    let task = ["task", "create", "--assigned-to", "admin", "--title", "One"];
    let all = [&task[..], &["--count", &count]].concat();
    leopard.workdir().cli(&all).await;
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

async fn read_on_two_devices(leopard: &Leopard) {
    let devices = [leopard.admin().await, leopard.admin().await];
    let [phone, laptop] = [&devices[0].api, &devices[1].api];
    assign(leopard, 80).await;
    let inbox = "/api/v1/notifications/?after=0&page_size=100";
    let inbox = phone.get(inbox).await.expect(200);
    let ids = inbox["results"].as_array().expect("a list").iter();
    let ids: Vec<_> = ids.map(|it| it["id"].clone()).collect();
    assert_eq!(ids.len(), 80);
    let mut streams = [devices[0].follow(leopard).await, devices[1].follow(leopard).await];

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
    join(join(join_all(singly), join_all(in_parts)), assign(leopard, 20)).await;
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
async fn two_devices_reading_at_once_count_right_on_sqlite() {
    read_on_two_devices(&Leopard::start(&[]).await).await;
}

#[tokio::test]
async fn two_devices_reading_at_once_count_right_on_postgres() {
    let workdir = Workdir::for_node(&new_database().await);
    read_on_two_devices(&workdir.serve().await).await;
}
