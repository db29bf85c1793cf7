//! API keys with the longest labels.

use serde_json::json;

use super::super::super::request::Request;
use super::super::worst_data::WorstData;
use super::Ceiling::{Page, Small};
use super::{Case, key};

const LABELS: &str = "labels of 100 characters of 4 bytes";

pub fn cases() -> Vec<Case> {
    let own = [
        create("createMyApiKey", own_keys),
        list("listMyApiKeys", own_keys),
        revoke("revokeMyApiKey", own_keys),
    ];
    let others = [
        create("createApiKey", keys_of_owner),
        list("listApiKeys", keys_of_owner),
        revoke("revokeApiKey", keys_of_owner),
    ];
    [own, others].concat()
}

type Path = fn(&WorstData) -> String;

fn own_keys(_: &WorstData) -> String {
    "/api/v1/users/me/keys/".to_owned()
}

fn keys_of_owner(data: &WorstData) -> String {
    format!("/api/v1/users/{}/keys/", data.owner.id)
}

fn create(operation: &'static str, path: Path) -> Case {
    let case = Small.of(operation, LABELS, move |data, nth| {
        let scopes = vec!["notifications:send"; 32];
        let body = json!({"name": "\u{1F406}".repeat(100), "scopes": scopes});
        let request = Request::post(&data.staff.access, path(data), &body);
        request.header("Idempotency-Key", &key(operation, nth))
    });
    case.with_statuses(&[201])
}

fn list(operation: &'static str, path: Path) -> Case {
    Page.of(operation, "the keys created before", move |data, _| {
        Request::get(&data.staff.access, path(data) + "?page_size=100")
    })
}

fn revoke(operation: &'static str, path: Path) -> Case {
    let case = Small.of(operation, "an unknown key", move |data, _| {
        let path = format!("{}{}/", path(data), i64::MAX);
        Request::new("DELETE", path).bearer(&data.staff.access)
    });
    case.with_statuses(&[404])
}
