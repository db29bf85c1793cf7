//! Users: one's own account, the directory, and what staff may do.

use leopard_tests::support::{Api, Leopard, Response, TIMEOUT, User};
use serde_json::{Value, json};

const USERS: &str = "/api/v1/users/";
const ME: &str = "/api/v1/users/me/";

async fn make(staff: &Api, username: &str, first_name: &str, last_name: &str) -> Value {
    let body = json!({
        "username": username,
        "password": format!("a password of {username}"),
        "first_name": first_name,
        "last_name": last_name,
    });
    staff.post(USERS, body).await.expect(201)
}

fn one(user: &Value) -> String {
    format!("{USERS}{}/", user["id"])
}

/// The names on a page that is the only one.
fn names(page: Response) -> Vec<String> {
    let page = page.expect(200);
    let results = page["results"].as_array().expect("a list");
    assert_eq!(page["count"], results.len(), "{page}");
    let names = results.iter().map(|entry| entry["username"].as_str());
    names.map(|name| name.expect("a name").to_owned()).collect()
}

async fn found(api: &Api, search: &str) -> Vec<String> {
    names(api.get_with(USERS, "search", search).await)
}

#[tokio::test]
async fn user_reads_own_account() {
    let (_leopard, [admin, bob]) = Leopard::with_users(&[], ["admin", "bob"]).await;
    let me = bob.api.get(ME).await.expect(200);
    assert!(me["created_at"].as_str().is_some_and(|at| at.ends_with('Z')), "{me}");
    let expected = json!({
        "id": bob.id, "kind": "person", "username": "bob", "external_id": null, "email": "",
        "first_name": "", "last_name": "", "full_name": "bob", "is_active": true, "is_staff": false, "created_at": me["created_at"],
    });
    assert_eq!(me, expected);
    assert_eq!(admin.api.get(ME).await.expect(200)["is_staff"], true);

    let names = json!({"first_name": "Bob", "last_name": "Stone"});
    let changed = admin.api.patch(&one(&me), names).await.expect(200);
    assert_eq!(changed["full_name"], "Bob Stone");
    assert_eq!(bob.api.get(ME).await.expect(200), changed);
}

#[tokio::test]
async fn created_user_can_log_in_at_once() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let body = json!({
        "username": "Zoë.Hill", "password": "seven quiet mornings", "email": "zoe@example.org",
        "first_name": " Zoë", "last_name": "Hill", "is_staff": true, "is_active": false, "id": 1,
    });
    let made = admin.api.post(USERS, body).await.expect(201);
    let expected = json!({
        "id": 2, "kind": "person", "username": "Zoë.Hill", "external_id": null, "email": "zoe@example.org", "first_name": " Zoë",
        "last_name": "Hill", "full_name": "Zoë Hill", "is_active": true, "is_staff": true,
        "created_at": made["created_at"],
    });
    assert_eq!(made, expected);
    assert_eq!(admin.api.get(&one(&made)).await.expect(200), made);
    let zoe = User::log_in(&leopard, "Zoë.Hill", "seven quiet mornings").await;
    assert_eq!(zoe.api.get(ME).await.expect(200), made);
    // Only name and password are needed, and names of another case are other names.
    let body = json!({"username": "zoë.hill", "password": "seven quiet mornings"});
    let other = zoe.api.post(USERS, body).await.expect(201);
    assert_eq!((&other["email"], &other["is_staff"]), (&json!(""), &json!(false)));
}

#[tokio::test]
async fn user_edit_distinguishes_absent_from_empty() {
    let (_leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let ann = make(&admin.api, "ann", "Ann", "Hill").await;
    let path = one(&ann);
    let unchanged = admin.api.patch(&path, json!({})).await;
    assert_eq!(unchanged.expect(200), ann);
    let ignored = json!({"username": "eve", "id": 1, "password": "x", "created_at": null});
    assert_eq!(admin.api.patch(&path, ignored).await.expect(200), ann);

    let edit = json!({"email": "ann@example.org", "last_name": "", "is_staff": true});
    let changed = admin.api.patch(&path, edit).await.expect(200);
    let expected = json!({
        "id": ann["id"], "kind": "person", "username": "ann", "external_id": null, "email": "ann@example.org", "first_name": "Ann",
        "last_name": "", "full_name": "Ann", "is_active": true, "is_staff": true,
        "created_at": ann["created_at"],
    });
    assert_eq!(changed, expected);
    let cleared = admin.api.patch(&path, json!({"email": ""})).await;
    assert_eq!(cleared.expect(200)["email"], "");
    let unknown = admin.api.patch("/api/v1/users/404/", json!({})).await;
    unknown.problem(404, "not_found");
}

#[tokio::test]
async fn directory_hides_private_members_from_non_staff() {
    let (_leopard, [bob]) = Leopard::with_users(&[], ["bob"]).await;
    let own = format!("{USERS}{}/", bob.id);
    // The refusal depends neither on the body nor on whether the user exists.
    for (method, path, body) in [
        ("POST", USERS, json!({})),
        ("GET", own.as_str(), Value::Null),
        ("GET", "/api/v1/users/1/", Value::Null),
        ("GET", "/api/v1/users/404/", Value::Null),
        ("PATCH", own.as_str(), json!({"is_staff": true})),
        ("PATCH", "/api/v1/users/404/", json!({"is_staff": 1})),
    ] {
        let request = bob.api.request(method, path).json(&body);
        let refused = Response::of(request).await.problem(403, "permission_denied");
        let detail = "You do not have permission to perform this action.";
        assert_eq!(refused["detail"], detail, "{method} {path}");
    }
    let page = bob.api.get(USERS).await.expect(200);
    let expected = json!([
        {"id": 1, "username": "admin", "full_name": "admin"},
        {"id": bob.id, "username": "bob", "full_name": "bob"},
    ]);
    assert_eq!(page["results"], expected);
    assert_eq!(bob.api.get(ME).await.expect(200)["is_staff"], false);
}

#[tokio::test]
async fn directory_is_searched_and_paged() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    for (username, first_name, last_name) in [
        ("anna", "Anna", "MailboxUpdate"),
        ("ann", "Ann", "O'Hill"),
        ("zoë", "Weiß", "Hill-Stone"),
        ("a_b", "100%", ""),
    ] {
        make(&admin.api, username, first_name, last_name).await;
    }
    let api = &admin.api;
    assert_eq!(found(api, "ANN").await, ["ann", "anna"]);
    assert_eq!(found(api, "hill").await, ["ann", "zoë"]);
    assert_eq!(found(api, "weiss st").await, ["zoë"]);
    assert_eq!(found(api, "a_").await, ["a_b"]);
    for search in ["%", "_", "a%", "nna", "ann x", "zoe"] {
        assert_eq!(found(api, search).await, [""; 0], "{search}");
    }
    for all in ["", " "] {
        assert_eq!(found(api, all).await.len(), 5, "{all:?}");
    }

    let page = api.get(&format!("{USERS}?search=ann&page_size=1")).await;
    let page = page.expect(200);
    assert_eq!((&page["count"], &page["previous"]), (&json!(2), &Value::Null));
    let next = leopard.url("/api/v1/users/?search=ann&page_size=1&page=2");
    assert_eq!(page["next"], next);
    let next = api.get("/api/v1/users/?search=ann&page_size=1&page=2").await;
    assert_eq!(next.expect(200)["results"][0]["username"], "anna");
    let past = api.get("/api/v1/users/?search=ann&page_size=1&page=3").await;
    assert_eq!(past.problem(404, "not_found")["detail"], "Invalid page.");
}

#[tokio::test]
async fn staff_lists_inactive_users_on_request() {
    let (leopard, [admin, bob]) = Leopard::with_users(&[], ["admin", "bob"]).await;
    let eve = make(&admin.api, "eve", "", "").await;
    let shut_out = admin.api.patch(&one(&eve), json!({"is_active": false})).await;
    assert_eq!(shut_out.expect(200)["is_active"], false);
    let eve_is_listed = async |api: &Api, query: &str| {
        let names = names(api.get(&format!("{USERS}?{query}")).await);
        names.contains(&"eve".to_owned())
    };
    for search in ["", "search=e"] {
        for api in [&admin.api, &bob.api] {
            assert!(!eve_is_listed(api, search).await, "{search}");
        }
        let all = format!("{search}&include_inactive=true");
        assert!(!eve_is_listed(&bob.api, &all).await, "{all}");
        assert!(eve_is_listed(&admin.api, &all).await, "{all}");
    }
    // Staff can reactivate a user that the directory hides.
    let let_in = admin.api.patch(&one(&eve), json!({"is_active": true})).await;
    let_in.expect(200);
    assert_eq!(found(&bob.api, "eve").await, ["eve"]);
    User::log_in(&leopard, "eve", "a password of eve").await;
}

#[tokio::test]
async fn staff_cannot_remove_their_own_rights() {
    let (leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let own = "/api/v1/users/1/";
    let message = "You cannot take this from yourself.";
    for right in ["is_active", "is_staff"] {
        let refused = admin.api.patch(own, json!({right: false})).await;
        let problem = refused.problem(400, "invalid");
        assert_eq!(problem["errors"], json!({right: [message]}));
        admin.api.patch(own, json!({right: true})).await.expect(200);
    }
    // Another staff user may.
    let ann = make(&admin.api, "ann", "", "").await;
    let staff = json!({"is_staff": true});
    admin.api.patch(&one(&ann), staff).await.expect(200);
    let ann = User::log_in(&leopard, "ann", "a password of ann").await;
    let demoted = ann.api.patch(own, json!({"is_staff": false})).await;
    assert_eq!(demoted.expect(200)["is_staff"], false);
    admin.api.until_status(own, 403, TIMEOUT).await;
    // The last staff user keeps the right.
    let last = format!("{USERS}{}/", ann.id);
    let refused = ann.api.patch(&last, json!({"is_staff": false})).await;
    refused.problem(400, "invalid");
}

#[tokio::test]
async fn renamed_user_has_the_new_name_in_tasks() {
    let (_leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let ann = make(&admin.api, "ann", "", "").await;
    let task = admin.api.create_task("T", ann["id"].as_i64().unwrap()).await;
    assert_eq!(task["assigned_to_full_name"], "ann");
    let names = json!({"first_name": "Ann", "last_name": "Hill"});
    admin.api.patch(&one(&ann), names).await.expect(200);
    let task = admin.api.get("/api/v1/tasks/1/").await.expect(200);
    assert_eq!(task["assigned_to_full_name"], "Ann Hill");
}
