//! Service users: programs with API keys, without a password and without an inbox.

use leopard_tests::fixtures::task_body;
use leopard_tests::support::{Leopard, Workdir};
use serde_json::json;

const NOTIFICATIONS: &str = "/api/v1/notifications/";
const TASKS: &str = "/api/v1/tasks/";
const USERS: &str = "/api/v1/users/";

#[tokio::test]
async fn service_is_no_person() {
    let (leopard, [admin, alice]) = Leopard::with_users(&[], ["admin", "alice"]).await;
    let with_password = json!({"username": "s", "kind": "service", "password": "sherwood forest"});
    let problem = admin.api.post(USERS, with_password).await.problem(400, "invalid");
    assert_eq!(problem["errors"]["password"], json!(["A service user has no password."]));
    let without = admin.api.post(USERS, json!({"username": "s"})).await.problem(400, "invalid");
    assert_eq!(without["errors"]["password"], json!(["This field is required."]));
    let robot = admin.api.post(USERS, json!({"username": "s", "kind": "robot"})).await;
    assert!(robot.problem(400, "invalid")["errors"]["kind"].is_array());

    let shop = json!({"username": "shop", "kind": "service"});
    let shop = admin.api.post(USERS, shop).await.expect(201);
    let id = shop["id"].as_i64().expect("an id");
    assert_eq!(shop["kind"], "service");
    leopard.log_in("shop", "sherwood forest").await.problem(401, "no_active_account");
    let listed = alice.api.get(&format!("{USERS}?search=shop")).await.expect(200);
    assert_eq!(listed["count"], 0);
    let services = format!("{USERS}?kind=service");
    alice.api.get(&services).await.problem(403, "permission_denied");
    assert_eq!(admin.api.get(&services).await.expect(200)["results"][0]["id"], shop["id"]);

    let task = alice.api.post(TASKS, task_body("For a service", id)).await.problem(400, "invalid");
    assert!(task["errors"]["assigned_to"].is_array(), "{task}");
    for named in [json!({"id": id}), json!({"username": "shop"})] {
        let body = json!({"notification_type": "SYSTEM_ALERT", "recipients": [named]});
        let problem = admin.api.post(NOTIFICATIONS, body).await.problem(400, "invalid");
        assert!(problem["errors"]["recipients.0"].is_array(), "{problem}");
    }
}

#[tokio::test]
async fn task_of_a_service_notifies_its_assignee_and_not_the_service() {
    let (leopard, [admin, alice]) = Leopard::with_users(&[], ["admin", "alice"]).await;
    let shop = json!({"username": "shop", "kind": "service"});
    let shop = admin.api.post(USERS, shop).await.expect(201);
    let key = json!({"name": "k", "scopes": ["tasks:write", "notifications:read"]});
    let key = admin.api.post(&format!("{USERS}{}/keys/", shop["id"]), key).await.expect(201);
    let program = leopard.api(key["key"].as_str().expect("a key"));
    let task = program.post(TASKS, task_body("Pack order 1042", alice.id)).await.expect(201);
    assert_eq!(alice.api.unread_count().await, 1);
    let path = format!("{TASKS}{}/", task["id"]);
    let comment = json!({"comment": "@shop, done. @admin"});
    let commented = alice.api.post(&format!("{path}comments/"), comment).await.expect(201);
    let mentions = commented["mentions"].as_array().expect("a list");
    assert_eq!(mentions.len(), 1, "{mentions:?}");
    assert_eq!(mentions[0]["username"], "admin");
    alice.api.post_empty(&format!("{path}complete/")).await.expect(200);
    assert_eq!(program.unread_count().await, 0);
    assert_eq!(program.get(&path).await.expect(200)["status"], "COMPLETED");
}

#[tokio::test]
async fn service_and_its_key_are_managed_on_the_command_line() {
    let workdir = Workdir::new(&[]);
    workdir.create_user("alice", "down the hole", &[]).await;
    let printed = workdir.cli(&["user", "create", "shop", "--service"]).await;
    assert!(!printed.contains("password"), "{printed}");
    assert!(workdir.cli(&["user", "list"]).await.contains("service"));
    let create = ["key", "create", "shop", "--name", "back end", "--scope"];
    let send = [&create[..], &["notifications:send", "--expires", "90d"]].concat();
    let printed = workdir.cli(&send).await;
    let key = printed.trim();
    assert!(key.starts_with("lpk_1_") && key.len() == 49, "{printed}");
    for command in [vec!["key", "list"], vec!["key", "list", "shop"]] {
        let list = workdir.cli(&command).await;
        assert!(list.contains("notifications:send") && list.contains("back end"), "{list}");
        assert!(!list.contains(key), "{list}");
    }
    assert!(!workdir.cli(&["key", "list", "alice"]).await.contains("lpk_"));

    for (command, expected) in [
        (vec!["key", "create", "nemo", "--name", "k", "--scope", "tasks:read"], "nemo"),
        (vec!["key", "create", "shop", "--name", "k", "--scope", "tasks:all"], "tasks:write"),
        (vec!["key", "create", "shop", "--name", "k"], "--scope"),
        ([&send[..7], &["--expires", "2020-01-01T00:00:00Z"]].concat(), "future"),
        ([&send[..7], &["--expires", "soon"]].concat(), "--expires \"soon\""),
        (vec!["key", "revoke", "99"], "no API key"),
        (vec!["user", "set-password", "shop"], "no password"),
        (vec!["user", "create", "s", "--service", "--password-stdin"], "cannot be used with"),
        (vec!["token", "shop"], "shop"),
    ] {
        let ended = workdir.run(&command).await;
        assert!(!ended.success, "{command:?}: {ended:?}");
        assert!(ended.stderr.contains(expected), "{command:?}: {}", ended.stderr);
        assert!(!ended.stderr.contains("panicked"), "{command:?}: {}", ended.stderr);
    }

    let leopard = workdir.serve().await;
    let body = json!({"notification_type": "SYSTEM_ALERT", "recipients": [{"username": "alice"}]});
    leopard.api(key).post(NOTIFICATIONS, body.clone()).await.expect(201);
    let revoked = leopard.workdir().cli(&["key", "revoke", "1"]).await;
    assert!(revoked.contains("back end"), "{revoked}");
    let soon = std::time::Duration::from_secs(5);
    leopard.api(key).until_status("/api/v1/users/me/", 401, soon).await;
}
