//! The most data that users may store, in characters that take the most bytes.

use serde_json::{Value, json};

/// A character of one byte, or of 6 in JSON, which has to escape it.
pub const ESCAPED: &str = "\u{1}";
/// A letter of four bytes, which usernames may contain.
pub const LETTER: &str = "\u{10400}";
pub const MENTIONS: usize = 20;

pub fn largest_task(assigned_to: i64, due_date: &str) -> Value {
    let tags = (10..30).map(|n| format!("{n}{}", ESCAPED.repeat(48)));
    json!({
        "title": ESCAPED.repeat(200),
        "detail": ESCAPED.repeat(20_000),
        "due_date": due_date,
        "priority": "URGENT",
        "assigned_to": assigned_to,
        "tags": tags.collect::<Vec<_>>(),
        "linked_entity_type": ESCAPED.repeat(50),
        "linked_entity_id": i64::MAX,
    })
}

pub fn largest_announcement(recipients: &[i64]) -> Value {
    json!({
        "notification_type": "SYSTEM_ALERT",
        "assigned_to": recipients,
        "title": ESCAPED.repeat(200),
        "message": ESCAPED.repeat(2_000),
        "url": format!("/{}", "\u{1F406}".repeat(1_999)),
        "due_date": "2035-01-01T00:00:00Z",
        "meta_info": {"n": "x".repeat(4_096 - r#"{"n":""}"#.len())},
    })
}

/// A comment with the most mentions of the longest names.
pub fn largest_comment(username: &str) -> String {
    let mentions = format!("@{username} ").repeat(MENTIONS);
    let rest = 5_000 - mentions.chars().count();
    mentions + &ESCAPED.repeat(rest)
}

pub fn largest_user(name: &str, password: &str) -> Value {
    json!({
        "username": name,
        "password": password,
        "email": format!("{}@example.org", "e".repeat(242)),
        "first_name": ESCAPED.repeat(150),
        "last_name": ESCAPED.repeat(150),
    })
}
