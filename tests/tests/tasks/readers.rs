//! The users who may read a task, and why.

use leopard_tests::fixtures::task_path;
use leopard_tests::support::{Leopard, User};
use serde_json::{Value, json};

use super::comments::create;

#[tokio::test]
async fn mention_grants_reading_until_removed() {
    let (leopard, [alice, bob, carol]) =
        Leopard::with_users(&[], ["alice", "bob", "carol.c"]).await;
    let path = task_path(&alice.api.create_task("Ask around", bob.id).await);
    let list = format!("{path}readers/");
    let one = |user: &User, reasons: &[&str]| {
        json!({
            "user_id": user.id, "username": user.name, "full_name": user.name, "reasons": reasons,
        })
    };
    let involved = [one(&bob, &["assignee"]), one(&alice, &["assigner", "creator"])];
    let readers = async |user: &User| user.api.get(&list).await.expect(200)["results"].take();
    assert_eq!(readers(&bob).await, json!(involved));
    carol.api.get(&list).await.problem(404, "not_found");

    let first = create(&bob, &path, "@carol.c").await;
    let second = create(&alice, &path, "@carol.c").await;
    let with_carol = [&involved[..], &[one(&carol, &["mention"])]].concat();
    assert_eq!(readers(&carol).await, json!(with_carol));

    // A mention by Carol, who only reads, grants nothing.
    let dave = leopard.user("dave").await;
    let named = create(&carol, &path, "@dave").await;
    assert_eq!(named["mentions"][0]["username"], "dave");
    dave.api.get(&path).await.problem(404, "not_found");
    assert_eq!(dave.api.inbox().await["count"], 0);

    // The right ends with the last comment that grants it.
    let delete = async |comment: &Value| {
        let deleted = alice.api.delete(&format!("{path}comments/{}/", comment["id"])).await;
        assert_eq!(deleted.status, 204, "{}", deleted.body);
    };
    delete(&first).await;
    carol.api.get(&path).await.expect(200);
    delete(&second).await;
    carol.api.get(&path).await.problem(404, "not_found");

    create(&alice, &path, "@carol.c").await;
    let of = |user: &User| format!("{list}{}/", user.id);
    carol.api.delete(&of(&carol)).await.problem(403, "permission_denied");
    for involved in [&alice, &bob] {
        let refused = bob.api.delete(&of(involved)).await;
        refused.problem(409, "reader_involved");
    }
    bob.api.delete(&of(&dave)).await.problem(404, "not_found");
    let version = alice.api.get(&path).await.header("ETag").to_owned();
    assert_eq!(bob.api.delete(&of(&carol)).await.status, 204);
    assert_ne!(alice.api.get(&path).await.header("ETag"), version);
    carol.api.get(&path).await.problem(404, "not_found");
    bob.api.delete(&of(&carol)).await.problem(404, "not_found");
    create(&bob, &path, "@carol.c").await;
    carol.api.get(&path).await.expect(200);
}
