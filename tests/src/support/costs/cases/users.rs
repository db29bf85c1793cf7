//! Users with the longest names, and the directory of them.

use serde_json::json;

use super::super::super::request::{Request, encoded};
use super::super::maxima::{ESCAPED, largest_user};
use super::tasks::key;
use super::{Case, Ceiling};

const USERS: &str = "/api/v1/users/";

pub fn cases() -> Vec<Case> {
    vec![
        Case::new(
            "listUsers",
            "a page of 100, found by 100 words",
            Ceiling::Page,
            &[200],
            |data, _| {
                let words = encoded(&"m ".repeat(75));
                let path = format!("{USERS}?page_size=100&include_inactive=true&search={words}");
                Request::get(&data.staff.access, path)
            },
        ),
        Case::new("getMe", "the longest names", Ceiling::Small, &[200], |data, _| {
            Request::get(&data.owner.access, format!("{USERS}me/"))
        }),
        Case::new("getUser", "the longest names", Ceiling::Small, &[200], |data, _| {
            Request::get(&data.staff.access, format!("{USERS}{}/", data.owner.id))
        }),
        Case::new("updateUser", "the longest names", Ceiling::Small, &[200], |data, _| {
            let names = json!({
                "first_name": ESCAPED.repeat(150),
                "last_name": ESCAPED.repeat(150),
            });
            let request = Request::new("PATCH", format!("{USERS}{}/", data.owner.id));
            request.bearer(&data.staff.access).json(&names)
        }),
        Case::new(
            "createUser",
            "the longest names, a password of 1,000 characters of 4 bytes",
            Ceiling::Hash,
            &[201],
            |data, nth| {
                let name = format!("{nth:05}{}", "\u{10400}".repeat(145));
                let user = largest_user(&name, &"\u{1F406}".repeat(1_000));
                let request = Request::post(&data.staff.access, USERS, &user);
                request.header("Idempotency-Key", &key("createUser", nth))
            },
        ),
        Case::new(
            "changeMyPassword",
            "passwords of 1,000 characters of 4 bytes",
            Ceiling::Hash,
            // A wrong one, so that the user keeps the session: it is hashed as a right one is.
            &[400],
            |data, _| {
                let passwords = json!({
                    "old_password": "\u{1F405}".repeat(1_000),
                    "new_password": "\u{1F404}".repeat(1_000),
                });
                let path = format!("{USERS}me/password/");
                Request::post(&data.owner.access, path, &passwords)
            },
        ),
    ]
}
