//! Two devices of one user mark notifications as read concurrently.

use futures_util::future::{join, join_all};
use leopard_tests::support::{Api, EventStream, Leopard, TIMEOUT, Workdir, new_database, within};
use serde_json::{Value, json};

/// The unread count, and the number of unread notifications in the list.
async fn unread(device: &Api) -> (i64, Value) {
    let path = "/api/v1/notifications/?include_read=false";
    (device.unread_count().await, device.get(path).await.expect(200)["count"].take())
}

async fn until_all_is_read(stream: &mut EventStream) {
    within("nothing is unread", TIMEOUT, async {
        while stream.next_of("unread_count_update").await.data["unread_count"] != 0 {}
    })
    .await;
}

async fn read_on_two_devices(leopard: &Leopard) {
    let devices = [leopard.admin().await, leopard.admin().await];
    let [phone, laptop] = [&devices[0].api, &devices[1].api];
    leopard.workdir().create_tasks("admin", "One", 80).await;
    let inbox = "/api/v1/notifications/?after=0&page_size=100";
    let inbox = phone.get(inbox).await.expect(200);
    let ids = inbox["results"].as_array().expect("a list").iter();
    let ids: Vec<_> = ids.map(|it| it["id"].clone()).collect();
    assert_eq!(ids.len(), 80);
    let mut streams = [devices[0].follow(leopard).await, devices[1].follow(leopard).await];

    // Each device marks forty, twenty of them both, while new ones arrive.
    let singly = ids[..40].iter().map(async |id| {
        let path = format!("/api/v1/notifications/{id}/mark_read/");
        phone.post_empty(&path).await.expect(200);
    });
    let in_parts = ids[20..60].chunks(5).map(async |part| {
        let path = "/api/v1/notifications/bulk_mark_read/";
        let body = json!({"notification_ids": part});
        laptop.post(path, body).await.expect(200);
    });
    join(
        join(join_all(singly), join_all(in_parts)),
        leopard.workdir().create_tasks("admin", "One", 20),
    )
    .await;
    for device in [phone, laptop] {
        assert_eq!(unread(device).await, (40, json!(40)));
    }

    let marked = join(phone.mark_all_read(), laptop.mark_all_read()).await;
    let marked = [marked.0, marked.1].map(|it| it["marked_read_count"].as_i64().expect("a count"));
    assert_eq!(marked.iter().sum::<i64>(), 40, "{marked:?}");
    for stream in &mut streams {
        until_all_is_read(stream).await;
    }
    assert_eq!(unread(phone).await, (0, json!(0)));
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
