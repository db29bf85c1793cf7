use proptest::prelude::*;
use serde_json::json;

use super::*;

/// Numbers that no type holds.
const HUGE: [&str; 4] = ["1e999", "-1e999", "9E+308", "123456789e400"];
/// The maximum nesting depth of JSON, including the body's object.
const MAX_DEPTH: usize = 127;

fn read(text: &str) -> serde_json::Result<Value> {
    parse(text.as_bytes().to_vec())
}

#[test]
fn number_out_of_range_in_a_field_is_replaced() {
    let digits = "9".repeat(400);
    for huge in HUGE.into_iter().chain([digits.as_str()]) {
        let text = format!(r#" {{"a": {huge}, "b": ["x", [{huge}]], "a\u0062": {{}}}}"#);
        let read = read(&text).unwrap();
        assert!(read["a"].is_f64() && read["b"][1][0].is_f64(), "{read}");
        assert_eq!(read["b"][0], "x");
        assert_eq!(read["ab"], json!({}));
    }
}

#[test]
fn number_out_of_range_elsewhere_is_an_error() {
    for text in [
        "1e999",
        "[1e999]",
        r#"{"a": {"b": 1e999}}"#,
        r#"{"a": [{"b": 1e999}]}"#,
        r#"{"a": 1e999"#,
        r#"{"a": 1e999, "b": "\ud800"}"#,
        r#"{"a": [1e999, }"#,
        r#"{"a": 01e999}"#,
        r#"{"a": 1.e999}"#,
        r#"{"a": +1e999}"#,
        r#"{"a": 1e999e}"#,
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}

/// A body of these many arrays in each other, filled with numbers out of range.
fn deep(arrays: usize, numbers: usize) -> String {
    let inner = vec!["1e999"; numbers].join(",");
    let (open, close) = ("[".repeat(arrays), "]".repeat(arrays));
    format!(r#"{{"a":{open}{inner}{close}}}"#)
}

#[test]
fn nesting_depth_is_limited() {
    assert!(read(&deep(MAX_DEPTH - 1, 2)).is_ok());
    assert!(read(&deep(MAX_DEPTH, 2)).is_err());
    assert!(read(&deep(100_000, 0)).is_err());
}

#[test]
fn value_count_ignores_commas_in_strings() {
    let list = |values: usize| format!("[{}]", vec!["0"; values].join(","));
    // A bracket counts for the first element.
    assert!(!has_too_many_values(list(MAX_VALUES).as_bytes()));
    assert!(has_too_many_values(list(MAX_VALUES + 1).as_bytes()));
    let text = format!("[\"{}\"]", ",[{\\\"".repeat(MAX_VALUES));
    assert!(!has_too_many_values(text.as_bytes()));
    assert!(has_too_many_values("[".repeat(1_000_000).as_bytes()));
    assert!(has_too_many_values("{\"a\":{},".repeat(60_000).as_bytes()));
}

/// Number of bytes that the pass over this text visits.
fn visited(text: &[u8]) -> usize {
    let mut visited = 0;
    let mut at = 0;
    while at < text.len() {
        let end = token_end(text, at);
        assert!(end > at && end <= text.len());
        visited += end - at;
        at = end;
    }
    visited
}

#[test]
fn deep_long_body_is_scanned_once() {
    let text = deep(MAX_DEPTH - 1, 170_000);
    assert!(text.len() > 1_000_000);
    assert_eq!(visited(text.as_bytes()), text.len());
    let mut replaced = text.clone().into_bytes();
    assert_eq!(replace_out_of_range(&mut replaced), Replaced::InFields);
    // One more parse is all that is needed: nothing out of range is left.
    assert!(serde_json::from_slice::<Value>(&replaced).is_ok());
}

/// A JSON value, of which numbers out of range are one kind.
#[derive(Debug, Clone)]
enum Tree {
    Huge(usize),
    Plain(Value),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl Tree {
    fn text(&self) -> String {
        match self {
            Self::Huge(which) => HUGE[which % HUGE.len()].to_owned(),
            Self::Plain(value) => value.to_string(),
            Self::Array(items) => {
                let items: Vec<_> = items.iter().map(Self::text).collect();
                format!("[{}]", items.join(" ,\n"))
            }
            Self::Object(members) => {
                let members = members.iter();
                let members: Vec<_> = members
                    .map(|(name, value)| format!("{} : {}", json!(name), value.text()))
                    .collect();
                format!("{{{}}}", members.join(","))
            }
        }
    }

    /// The expected value; `None` if a number out of range is inside a nested object.
    fn value(&self, inside: bool) -> Option<Value> {
        Some(match self {
            Self::Huge(_) if inside => return None,
            Self::Huge(_) => json!(1e308),
            Self::Plain(value) => value.clone(),
            Self::Array(items) => {
                items.iter().map(|item| item.value(inside)).collect::<Option<_>>()?
            }
            Self::Object(members) => {
                let members = members.iter();
                let members = members.map(|(name, value)| Some((name.clone(), value.value(true)?)));
                Value::Object(members.collect::<Option<_>>()?)
            }
        })
    }
}

fn trees() -> impl Strategy<Value = Tree> {
    let plain = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        r#"[1e"\\{}\[\],:]{0,200}"#.prop_map(Value::from),
    ];
    let leaves = prop_oneof![any::<usize>().prop_map(Tree::Huge), plain.prop_map(Tree::Plain)];
    leaves.prop_recursive(8, 200, 10, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..10).prop_map(Tree::Array),
            prop::collection::vec((".{0,8}", inner), 0..6).prop_map(Tree::Object),
        ]
    })
}

proptest! {
    #[test]
    fn numbers_out_of_range_are_replaced_in_fields_and_refused_in_nested_objects(
        members in prop::collection::vec(("[a-z\"\\\\1e]{0,8}", trees()), 0..6)
    ) {
        let text = Tree::Object(members.clone()).text();
        let members = members.into_iter();
        let expected = members.map(|(name, tree)| Some((name, tree.value(false)?)));
        let expected = expected.collect::<Option<_>>().map(Value::Object);
        prop_assert_eq!(read(&text).ok(), expected, "{}", text);
    }

    #[test]
    fn invalid_json_is_never_accepted(text in r#"[\[\]{}",:\\ 0-9eE.+\-a]{0,400}"#) {
        let bytes = text.as_bytes();
        prop_assert_eq!(visited(bytes), bytes.len());
        let grammar = serde_json::from_slice::<&RawValue>(bytes).is_ok();
        prop_assert!(grammar || read(&text).is_err(), "{}", text);
    }
}
