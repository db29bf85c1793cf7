//! A notification with any content is one event of known lines.

use std::sync::Arc;

use leopard_core::domain::id::{TaskId, UserId};
use leopard_core::domain::notification::announcement::AnnouncedMessage;
use leopard_core::domain::notification::{MetaInfo, Notification, NotificationUrl, OpaqueObject};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::fixtures::{cases, notification};

/// The most characters of a title and of a message.
const TITLE: usize = 255;
const MESSAGE: usize = AnnouncedMessage::MAX;

/// Text with a meaning for parsers of lines, of JSON or of events.
const TRAPS: [&str; 20] = [
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "data: ",
    "\ndata: {}",
    "\nid: 7\n\n",
    "\nretry: 0",
    "\nevent: x",
    ": ",
    "\u{2028}",
    "\u{2029}",
    "\u{85}",
    "\u{feff}",
    "\0",
    "\"",
    "\\",
    "\\n",
    "\u{1f406}",
    "é",
];

/// Text of at most so many characters.
fn text(most: usize) -> impl Strategy<Value = String> {
    let trap = prop::sample::select(TRAPS.to_vec()).prop_map(str::to_owned);
    let fragment = prop_oneof![trap, any::<char>().prop_map(String::from), ".{0,40}"];
    let fragments = prop::collection::vec(fragment, 0..=most / 4);
    let text = fragments.prop_map(move |parts| parts.concat().chars().take(most).collect());
    // Random generation does not produce long runs of one character.
    let long = prop::sample::select(TRAPS.to_vec());
    let long = long.prop_map(move |trap| trap.repeat(most / trap.chars().count()));
    prop_oneof![4 => text, 1 => long]
}

fn meta_info() -> impl Strategy<Value = MetaInfo> {
    // `OpaqueObject` refuses U+0000.
    let text = |most| text(most).prop_map(|text| text.replace('\0', ""));
    let members = prop::collection::btree_map(text(60), text(600), 0..4);
    let opaque = members.prop_filter_map("it is within its bounds", |members| {
        OpaqueObject::new(json!(members).to_string()).ok()
    });
    let text = self::text;
    let mention = text(MESSAGE).prop_map(|comment_text| MetaInfo::Mention {
        task_id: TaskId(i64::MAX),
        comment_text,
        mentioned_by: UserId(1),
    });
    prop_oneof![opaque.prop_map(MetaInfo::Opaque), mention]
}

/// The fields of one event in order, by the HTML standard.
fn fields(event: &str) -> Vec<(&str, &str)> {
    let lines = event.split(['\n', '\r']);
    lines.map(|line| line.split_once(": ").unwrap_or((line, ""))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(64, 3_200)))]

    #[test]
    fn notification_with_any_content_is_one_event(
        title in text(TITLE),
        message in text(MESSAGE),
        url in prop::option::of(text(NotificationUrl::MAX)),
        meta_info in meta_info(),
        sequence in 1..=i64::MAX,
    ) {
        let shown = match &meta_info {
            MetaInfo::Opaque(object) => serde_json::from_str(object.as_str()).unwrap(),
            MetaInfo::Mention { comment_text, .. } => json!({
                "task_id": i64::MAX, "comment_text": comment_text, "mentioned_by": 1,
            }),
            MetaInfo::Task { .. } => Value::Null,
        };
        let notification = Notification {
            sequence,
            title: title.clone(),
            message: message.clone(),
            url: url.clone().map(NotificationUrl::restore),
            meta_info,
            ..notification()
        };
        let mut frame = vec![];
        push_event(&mut frame, &StreamEvent::Notification(Arc::new(notification)));
        let frame = String::from_utf8(frame).unwrap();

        let fields = fields(&frame);
        let [("id", id), ("data", data), ("", ""), ("", "")] = fields[..] else {
            panic!("other lines: {fields:?}");
        };
        prop_assert_eq!(id, sequence.to_string());
        let mut expected = json!({
            "type": "notification", "id": 1, "notification_type": "SYSTEM_ALERT", "title": title,
            "message": message, "due_date": null, "meta_info": shown, "read": false,
            "created_at": "1970-01-01T00:00:00Z",
        });
        if let Some(url) = url {
            expected["url"] = url.into();
        }
        prop_assert_eq!(serde_json::from_str::<Value>(data).unwrap(), expected);
    }
}
