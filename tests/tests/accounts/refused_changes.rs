//! Changes of users and passwords that are refused.

use leopard_tests::support::{Api, Leopard};
use serde_json::{Value, json};

const USERS: &str = "/api/v1/users/";
const PASSWORD: &str = "/api/v1/users/me/password/";

const WRONG: &str = "Your old password was entered incorrectly. Please enter it again.";
const SHORT: &str = "Ensure this field has at least 8 characters.";
const COMMON: &str = "This password is too common.";
const OWN_NAME: &str = "The password is too similar to the username.";

async fn refused(api: &Api, path: &str, body: Value, errors: Value) {
    let problem = api.post(path, body.clone()).await.problem(400, "invalid");
    assert_eq!(problem["errors"], errors, "{path} {body}");
}

#[tokio::test]
async fn taken_username_is_refused() {
    let (_leopard, [admin]) = Leopard::with_users(&[], ["admin"]).await;
    let robin = json!({"username": "robin.hood", "password": "sherwood forest"});
    admin.api.post(USERS, robin.clone()).await.expect(201);
    let first = json!({"username": "admin", "password": "sherwood forest"});
    for body in [robin, first] {
        let message = "A user with that username already exists.";
        refused(&admin.api, USERS, body, json!({"username": [message]})).await;
    }
}

#[tokio::test]
async fn unknown_user_and_wrong_password_are_refused_alike() {
    let leopard = Leopard::start(&[]).await;
    for name in ["admin", "unknown", "an invalid name"] {
        let refused = leopard.log_in(name, "not the password").await;
        let problem = refused.problem(401, "no_active_account");
        let detail = "No active account found with the given credentials";
        assert_eq!(problem["detail"], detail);
    }
}

#[tokio::test]
async fn refused_password_change_changes_nothing() {
    let settings = [("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", "0")];
    let (leopard, [admin]) = Leopard::with_users(&settings, ["admin"]).await;
    let old = admin.password.as_str();
    for wrong in ["a guess", &old.to_uppercase(), &format!("{old} ")] {
        let body = json!({"old_password": wrong, "new_password": "sherwood forest"});
        refused(&admin.api, PASSWORD, body, json!({"old_password": [WRONG]})).await;
    }
    for (new, message) in [("seven77", SHORT), ("Qwertyuiop", COMMON), ("12345678", COMMON)] {
        let body = json!({"old_password": old, "new_password": new});
        refused(&admin.api, PASSWORD, body, json!({"new_password": [message]})).await;
    }
    let both = json!({"old_password": "a guess", "new_password": "short"});
    let errors = json!({"new_password": [SHORT], "old_password": [WRONG]});
    refused(&admin.api, PASSWORD, both, errors).await;
    let own = leopard.user("robin.hood").await;
    let body = json!({"old_password": own.password, "new_password": "ROBIN.hood"});
    refused(&own.api, PASSWORD, body, json!({"new_password": [OWN_NAME]})).await;
    leopard.log_in("admin", old).await.expect(200);
}
