use leopard_core::domain::id::UserId;

use crate::broker::relay::Message;

#[test]
fn sent_message_is_parsed() {
    let messages = [
        Message::Updated { user: UserId(7), head: 42, revision: 0 },
        Message::Updated { user: UserId(i64::MAX), head: i64::MAX, revision: i64::MAX },
        Message::MissedAll,
        Message::KeepAlive,
    ];
    for message in messages {
        let text = message.text();
        assert_eq!(Message::parse(&text), Some(message), "{text}");
        assert!(!text.contains(','), "a comma separates messages");
    }
}

#[test]
fn unknown_text_is_no_message() {
    for text in
        ["", "7", "7:42", "7:42:3:1", "7:x:3", ":42:3", "7:42:3 ", "**", "9223372036854775808:1:1"]
    {
        assert_eq!(Message::parse(text), None, "{text:?}");
    }
}
