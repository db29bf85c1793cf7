use leopard_core::domain::id::UserId;

use crate::broker::relay::Word;

#[test]
fn a_word_that_was_sent_is_understood() {
    let words = [
        Word::Updated {
            user: UserId(7),
            head: 42,
            revision: 0,
        },
        Word::Updated {
            user: UserId(i64::MAX),
            head: i64::MAX,
            revision: i64::MAX,
        },
        Word::MissedAll,
        Word::Beat,
    ];
    for word in words {
        let text = word.text();
        assert_eq!(Word::read(&text), Some(word), "{text}");
        assert!(!text.contains(','), "several words are told apart");
    }
}

#[test]
fn what_is_not_understood_is_no_word() {
    for text in [
        "",
        "7",
        "7:42",
        "7:42:3:1",
        "7:x:3",
        ":42:3",
        "7:42:3 ",
        "**",
        "9223372036854775808:1:1",
    ] {
        assert_eq!(Word::read(text), None, "{text:?}");
    }
}
