//! Users with the longest names, and the directory of them.

use serde_json::json;

use super::super::super::request::{Request, encoded};
use super::super::maxima::{ESCAPED, largest_user};
use super::Ceiling::{Hash, Page, Small};
use super::{Case, key};

const USERS: &str = "/api/v1/users/";
const NAMES: &str = "the longest names";

pub fn cases() -> Vec<Case> {
    vec![
        Page.of("listUsers", "a page of 100, found by 100 words", |data, _| {
            let words = encoded(&"m ".repeat(75));
            let path = format!("{USERS}?page_size=100&include_inactive=true&search={words}");
            Request::get(&data.staff.access, path)
        }),
        Small.of("getMe", NAMES, |data, _| data.owner_gets(format!("{USERS}me/"))),
        Small.of("getUser", NAMES, |data, _| {
            Request::get(&data.staff.access, format!("{USERS}{}/", data.owner.id))
        }),
        Small.of("updateUser", NAMES, |data, _| {
            let name = ESCAPED.repeat(150);
            let request = Request::new("PATCH", format!("{USERS}{}/", data.owner.id));
            let request = request.bearer(&data.staff.access);
            request.json(&json!({ "first_name": name, "last_name": name }))
        }),
        Small
            .of("putUserByExternalId", "a new user with the longest names", |data, nth| {
                let name = ESCAPED.repeat(150);
                let username = format!("{nth:05}{}", "\u{10400}".repeat(144));
                let request = Request::new("PUT", external(nth)).bearer(&data.staff.access);
                let names = json!({ "first_name": name, "last_name": name, "username": username });
                request.json(&names)
            })
            .with_statuses(&[200, 201]),
        Small
            .of("getUserByExternalId", "the longest id", |data, nth| {
                Request::get(&data.staff.access, external(nth))
            })
            .with_statuses(&[200, 404]),
        Small.of("issueToken", NAMES, |data, _| {
            let path = format!("{USERS}{}/token/", data.owner.id);
            Request::post(&data.staff.access, path, &json!({}))
        }),
        Small
            .of("issueTokenByExternalId", "the longest id", |data, nth| {
                Request::post(&data.staff.access, external(nth) + "token/", &json!({}))
            })
            .with_statuses(&[200, 404]),
        Hash.of(
            "createUser",
            "the longest names, a password of 1,000 characters of 4 bytes",
            |data, nth| {
                let name = format!("{nth:05}{}", "\u{10400}".repeat(145));
                let user = largest_user(&name, &"\u{1F406}".repeat(1_000));
                let request = Request::post(&data.staff.access, USERS, &user);
                request.header("Idempotency-Key", &key("createUser", nth))
            },
        )
        .with_statuses(&[201]),
        Hash.of("changeMyPassword", "passwords of 1,000 characters of 4 bytes", |data, _| {
            let passwords = json!({
                "old_password": "\u{1F405}".repeat(1_000),
                "new_password": "\u{1F404}".repeat(1_000),
            });
            data.owner_sends("POST", format!("{USERS}me/password/")).json(&passwords)
        })
        // A wrong password keeps the session, and is hashed as a right one is.
        .with_statuses(&[400]),
    ]
}

/// The path of the longest external id with this number.
fn external(nth: usize) -> String {
    let id = encoded(&format!("{nth:05}{}", "\u{1F406}".repeat(250)));
    format!("{USERS}by-external-id/{id}/")
}
