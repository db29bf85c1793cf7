//! Tokens: the longest passwords and tokens that are read.

use serde_json::json;

use crate::fixtures::credentials;

use super::super::super::request::Request;
use super::Case;
use super::Ceiling::{Hash, Small};

const TOKEN: usize = 10_000;

pub fn cases() -> Vec<Case> {
    let with_token = [
        ("refreshTokens", "/api/token/refresh/", "refresh"),
        ("verifyToken", "/api/token/verify/", "token"),
        ("logOut", "/api/token/blacklist/", "refresh"),
    ];
    let with_token = with_token.map(|(operation, path, member)| {
        let case = Small.of(operation, "a token of 10,000 characters", move |data, _| {
            // A token of the server's form with a payload that is decoded before it is refused.
            let parts: Vec<_> = data.owner.access.split('.').collect();
            let rest = TOKEN - parts[0].len() - parts[2].len() - 2;
            let token = format!("{}.{}.{}", parts[0], "A".repeat(rest), parts[2]);
            Request::new("POST", path).json(&json!({member: token}))
        });
        case.with_statuses(&[401])
    });
    let others = [
        Hash.of(
            "logIn",
            "a name of 150 and a password of 1,000 characters of 4 bytes",
            |data, _| {
                let body = credentials(&data.owner.name, &data.owner.password);
                Request::new("POST", "/api/token/").json(&body)
            },
        ),
        Small
            .of("createStreamToken", "a token in a head of 16 KiB", |data, _| {
                let token = format!("{}{}", data.owner.access, "A".repeat(14_000));
                Request::new("POST", "/api/token/stream/").bearer(&token)
            })
            .with_statuses(&[401]),
        Small.of("createStreamToken", "a good token", |data, _| {
            data.owner_sends("POST", "/api/token/stream/")
        }),
    ];
    [&with_token[..], &others].concat()
}
