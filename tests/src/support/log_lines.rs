//! The lines of a server's log, in both formats.

use std::collections::BTreeMap;

use serde_json::Value;

use super::leopard::Leopard;
use super::wait::{TIMEOUT, until};

pub type Line = BTreeMap<String, String>;

/// The lines of this target so far.
pub fn lines(log: &str, target: &str) -> Vec<Line> {
    let read = |line: &str| match serde_json::from_str::<Value>(line) {
        Ok(line) if line["target"] == target => {
            let fields = line["fields"].as_object()?.iter();
            let shown = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
            Some(fields.map(|(name, value)| (name.clone(), shown(value))).collect())
        }
        Ok(_) => None,
        Err(_) => {
            let (_, members) = line.split_once(&format!(" {target}: "))?;
            let members = members.split(' ').filter_map(|member| member.split_once('='));
            let plain = |text: &str| text.trim_matches('"').to_owned();
            Some(members.map(|(name, value)| (name.to_owned(), plain(value))).collect())
        }
    };
    log.lines().filter_map(read).collect()
}

/// Waits for the access line of the request with this id.
pub async fn access(leopard: &Leopard, id: &str) -> Line {
    until("an access line", TIMEOUT, async || {
        let lines = lines(&leopard.log(), "access").into_iter();
        lines.rev().find(|line| line.get("request_id").is_some_and(|found| found == id))
    })
    .await
}
