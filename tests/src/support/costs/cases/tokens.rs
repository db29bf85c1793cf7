//! Tokens: the longest passwords and tokens that are read.

use serde_json::json;

use super::super::super::request::Request;
use super::{Case, Ceiling};

/// The longest token that the body of a call may have.
const TOKEN: usize = 10_000;

pub fn cases() -> Vec<Case> {
    let with_token = [
        ("refreshTokens", "/api/token/refresh/", "refresh"),
        ("verifyToken", "/api/token/verify/", "token"),
        ("logOut", "/api/token/blacklist/", "refresh"),
    ];
    let mut cases: Vec<_> = with_token
        .into_iter()
        .map(|(operation, path, member)| {
            let maximum = "a token of 10,000 characters";
            Case::new(operation, maximum, Ceiling::Small, &[401], move |data, _| {
                // A token of the server's form with a payload that is decoded before it is refused.
                let parts: Vec<_> = data.owner.access.split('.').collect();
                let rest = TOKEN - parts[0].len() - parts[2].len() - 2;
                let token = format!("{}.{}.{}", parts[0], "A".repeat(rest), parts[2]);
                Request::new("POST", path).json(&json!({member: token}))
            })
        })
        .collect();
    cases.push(Case::new(
        "logIn",
        "a name of 150 and a password of 1,000 characters of 4 bytes",
        Ceiling::Hash,
        &[200],
        |data, _| {
            let credentials = json!({
                "username": data.owner.name,
                "password": data.owner.password,
            });
            Request::new("POST", "/api/token/").json(&credentials)
        },
    ));
    cases.push(Case::new(
        "createStreamToken",
        "a token in a head of 16 KiB",
        Ceiling::Small,
        &[401],
        |data, _| {
            let token = format!("{}{}", data.owner.access, "A".repeat(14_000));
            Request::act(&token, "/api/token/stream/")
        },
    ));
    cases.push(Case::new(
        "createStreamToken",
        "a good token",
        Ceiling::Small,
        &[200],
        |data, _| Request::act(&data.owner.access, "/api/token/stream/"),
    ));
    cases
}
