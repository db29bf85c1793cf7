//! The URLs of created resources.

use leopard_tests::support::Leopard;
use serde_json::json;

#[tokio::test]
async fn location_of_a_created_resource_leads_to_it() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let task = json!({"title": "T", "detail": "D", "due_date": "2035-01-01T00:00:00Z"});
    let user = json!({"username": "robin", "password": "sherwood forest"});
    for (path, body) in
        [("/api/v1/tasks/", &task), ("/api/v1/tasks/create/", &task), ("/api/v1/users/", &user)]
    {
        let created = admin.api.post(path, body.clone()).await;
        let location = created.header("location").to_owned();
        let path = location.strip_prefix(&leopard.url("")).expect("it is at this server");
        let created = created.expect(201);
        assert_eq!(admin.api.get(path).await.expect(200)["id"], created["id"], "{location}");
    }
}
