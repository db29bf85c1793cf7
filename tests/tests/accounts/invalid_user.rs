//! Users and passwords that are wrong, field by field: the exact texts that clients look for.

use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::refusal::{
    NO_NUL, NOT_A_BOOLEAN, NOT_A_STRING, NULL, REQUIRED, altered, refused, refused_by, refuses,
    required_text,
};
use leopard_tests::support::rest::Api;
use serde_json::{Value, json};

const USERS: &str = "/api/v1/users/";
const ONE: &str = "/api/v1/users/1/";
const PASSWORD: &str = "/api/v1/users/me/password/";

const CHARACTERS: &str = "Enter a valid username. This value may contain only letters, numbers, \
    and @/./+/-/_ characters.";
const NO_EMAIL: &str = "Enter a valid email address.";
const WRONG: &str = "Your old password was entered incorrectly. Please enter it again.";
const SHORT: &str = "Ensure this field has at least 8 characters.";
const COMMON: &str = "This password is too common.";
const OWN_NAME: &str = "The password is too similar to the username.";

fn user() -> Value {
    json!({"username": "robin.hood", "password": "sherwood forest"})
}

fn too_long(max: usize) -> String {
    format!("Ensure this field has no more than {max} characters.")
}

/// What is wrong with each of the fields that POST and PATCH both take.
fn optional() -> Vec<(&'static str, Value, String)> {
    let mut cases = vec![];
    let mut case = |field, value: Value, message: &str| {
        cases.push((field, value, message.to_owned()));
    };
    for (field, max) in [("email", 254), ("first_name", 150), ("last_name", 150)] {
        case(field, Value::Null, NULL);
        case(field, json!(5), NOT_A_STRING);
        case(field, json!(false), NOT_A_STRING);
        case(field, json!(["x"]), NOT_A_STRING);
        case(field, json!({}), NOT_A_STRING);
        case(field, json!("a\0b"), NO_NUL);
        case(field, json!("日".repeat(max + 1)), &too_long(max));
    }
    for bad in [
        "robin",
        "@example.org",
        "robin@",
        "a@@example.org",
        "a b@example.org",
        " ",
    ] {
        case("email", json!(bad), NO_EMAIL);
    }
    for bad in [json!("true"), json!(1), json!([true]), json!({}), json!("")] {
        case("is_staff", bad, NOT_A_BOOLEAN);
    }
    case("is_staff", Value::Null, NULL);
    cases
}

#[tokio::test]
async fn the_fields_of_a_new_user() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let api = &admin.api;
    let texts = required_text();
    refuses(api, USERS, &user(), "username", &texts).await;
    refuses(api, USERS, &user(), "password", &texts).await;
    for bad in ["robin hood", "robin/hood", "<robin>", "robin\n", "röbin!"] {
        let body = altered(user(), "username", Some(&json!(bad)));
        refused(api, USERS, body, json!({"username": [CHARACTERS]})).await;
    }
    let long = altered(user(), "username", Some(&json!("日".repeat(151))));
    refused(api, USERS, long, json!({"username": [too_long(150)]})).await;
    for (password, message) in [
        ("seven77", SHORT.to_owned()),
        ("日本語日本語日", SHORT.to_owned()),
        ("password", COMMON.to_owned()),
        ("PassWord123", COMMON.to_owned()),
        ("iloveyou", COMMON.to_owned()),
        ("Robin.Hood", OWN_NAME.to_owned()),
        (&"x".repeat(1_001), too_long(1_000)),
    ] {
        let body = altered(user(), "password", Some(&json!(password)));
        refused(api, USERS, body, json!({"password": [message]})).await;
    }
    for (field, value, message) in optional() {
        let body = altered(user(), field, Some(&value));
        refused(api, USERS, body, json!({field: [message]})).await;
    }
}

#[tokio::test]
async fn a_name_that_is_taken() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    admin.api.post(USERS, user()).await.expect(201);
    let message = "A user with that username already exists.";
    let errors = json!({"username": [message]});
    refused(&admin.api, USERS, user(), errors.clone()).await;
    let first = json!({"username": "admin", "password": "sherwood forest"});
    refused(&admin.api, USERS, first, errors).await;
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let api = &admin.api;
    let missing = json!({"password": [REQUIRED], "username": [REQUIRED]});
    refused(api, USERS, json!({}), missing).await;
    let body = json!({
        "username": "a b", "password": "short", "email": "x", "first_name": 5, "is_staff": "no",
    });
    let errors = json!({
        "email": [NO_EMAIL], "first_name": [NOT_A_STRING], "is_staff": [NOT_A_BOOLEAN],
        "password": [SHORT], "username": [CHARACTERS],
    });
    refused(api, USERS, body, errors).await;
    let missing = json!({"new_password": [REQUIRED], "old_password": [REQUIRED]});
    refused(api, PASSWORD, json!({}), missing).await;
    let both = json!({"old_password": "a guess", "new_password": "short"});
    let errors = json!({"new_password": [SHORT], "old_password": [WRONG]});
    refused(api, PASSWORD, both, errors).await;
}

#[tokio::test]
async fn the_fields_of_a_change() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let mut cases = optional();
    for bad in [json!("false"), json!(0)] {
        cases.push(("is_active", bad, NOT_A_BOOLEAN.to_owned()));
    }
    cases.push(("is_active", Value::Null, NULL.to_owned()));
    for (field, value, message) in cases {
        let errors = json!({field: [message]});
        refused_by(&admin.api, "PATCH", ONE, json!({field: value}), errors).await;
    }
}

#[tokio::test]
async fn the_fields_of_a_new_password() {
    let settings = [("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", "0")];
    let leopard = Leopard::start(&settings).await;
    let admin = leopard.admin().await;
    let right = json!({"old_password": admin.password, "new_password": "sherwood forest"});
    for field in ["old_password", "new_password"] {
        let mut cases = required_text();
        let long = too_long(1_000);
        cases.push((Some(json!("x".repeat(1_001))), &long));
        refuses(&admin.api, PASSWORD, &right, field, &cases).await;
    }
    let wrong = [
        (Some(json!("a guess")), WRONG),
        (Some(json!(admin.password.to_uppercase())), WRONG),
        (Some(json!(format!("{} ", admin.password))), WRONG),
    ];
    refuses(&admin.api, PASSWORD, &right, "old_password", &wrong).await;
    let new = [
        (Some(json!("seven77")), SHORT),
        (Some(json!("Qwertyuiop")), COMMON),
        (Some(json!("12345678")), COMMON),
    ];
    refuses(&admin.api, PASSWORD, &right, "new_password", &new).await;
    let own = leopard.user("robin.hood").await;
    let body = json!({"old_password": own.password, "new_password": "ROBIN.hood"});
    refused(
        &own.api,
        PASSWORD,
        body,
        json!({"new_password": [OWN_NAME]}),
    )
    .await;
    // Nothing of that has changed anything.
    let same = json!({"username": "admin", "password": admin.password});
    leopard
        .anonymous()
        .post("/api/token/", same)
        .await
        .expect(200);
}

#[tokio::test]
async fn what_cannot_be_searched() {
    let leopard = Leopard::start(&[]).await;
    let admin = leopard.admin().await;
    let long = "x".repeat(151);
    for (query, errors) in [
        ("search=%00", json!({"search": [NO_NUL]})),
        (
            &format!("search={long}"),
            json!({"search": [too_long(150)]}),
        ),
        (
            "include_inactive=maybe&search=a%00",
            json!({"include_inactive": [NOT_A_BOOLEAN], "search": [NO_NUL]}),
        ),
    ] {
        let answer = admin.api.get(&format!("{USERS}?{query}")).await;
        let problem = answer.problem(400, "invalid");
        assert_eq!(problem["errors"], errors, "{query}");
    }
    nothing_is_found(&admin.api, &"é ".repeat(75)).await;
    nothing_is_found(&admin.api, "\u{10ffff}").await;
}

async fn nothing_is_found(api: &Api, search: &str) {
    let page = api.get_with(USERS, "search", search).await;
    assert_eq!(page.expect(200)["count"], 0, "{search}");
}
