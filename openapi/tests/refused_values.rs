//! Values that members refuse, with the exact messages that clients match.

use serde_json::{Value, json};

const NULL: &str = "This field may not be null.";
const BLANK: &str = "This field may not be blank.";
const NOT_A_STRING: &str = "Not a valid string.";
pub(crate) const NOT_AN_INTEGER: &str = "A valid integer is required.";
const NOT_A_BOOLEAN: &str = "Must be a valid boolean.";
const NO_NUL: &str = "Null characters are not allowed.";
const NOT_A_TIME: &str = "Datetime has wrong format. Use one of these formats instead: \
    YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";
const BAD_USERNAME: &str = "Enter a valid username. This value may contain only letters, numbers, \
    and @/./+/-/_ characters.";

/// A value and the message that refuses it.
pub(crate) type Refused = (Value, String);

pub(crate) fn not_null(mut refused: Vec<Refused>) -> Vec<Refused> {
    refused.push((Value::Null, NULL.to_owned()));
    refused
}

pub(crate) fn each<const N: usize>(values: [Value; N], message: &str) -> Vec<Refused> {
    values.map(|value| (value, message.to_owned())).to_vec()
}

/// A string without U+0000 of at most `max` characters, which may be blank.
pub(crate) fn string(max: usize) -> Vec<Refused> {
    let mut refused = each([json!(5), json!(false), json!(["x"]), json!({})], NOT_A_STRING);
    refused.push((json!("a\0b"), NO_NUL.to_owned()));
    let long = format!("Ensure this field has no more than {max} characters.");
    refused.push((json!("x".repeat(max + 1)), long.clone()));
    refused.push((json!("日".repeat(max + 1)), long));
    not_null(refused)
}

pub(crate) fn text(max: usize) -> Vec<Refused> {
    let mut refused = string(max);
    refused.extend(each([json!(""), json!(" \t\n")], BLANK));
    refused
}

/// A token; anonymous bodies are too small for 10,001 characters of three bytes.
pub(crate) fn token() -> Vec<Refused> {
    let mut refused = text(10_000);
    refused.retain(|(value, _)| value.as_str().is_none_or(|text| text.len() <= 10_001));
    refused
}

/// None of these names. The message has a second line for people, which lists them.
pub(crate) fn choice(names: &[&str]) -> Vec<Refused> {
    let refused = [json!("low"), json!(""), json!(1)].map(|value| {
        let shown = value.as_str().map_or(value.to_string(), str::to_owned);
        let hint = names.join(", ");
        (value, format!("\"{shown}\" is not a valid choice.\nChoose one of {hint}."))
    });
    not_null(refused.to_vec())
}

pub(crate) fn boolean() -> Vec<Refused> {
    let values = [json!("true"), json!(""), json!(0), json!(1.5), json!([true]), json!({})];
    not_null(each(values, NOT_A_BOOLEAN))
}

pub(crate) fn integer() -> Vec<Refused> {
    let values =
        [json!(1.0), json!(1.5), json!("1"), json!(true), json!(u64::MAX), json!(1e30), json!({})];
    each(values, NOT_AN_INTEGER)
}

/// An id of a user; the store knows that 2 is inactive and that 99 does not exist.
pub(crate) fn user() -> Vec<Refused> {
    let mut refused = integer();
    refused.extend(each([json!([1])], NOT_AN_INTEGER));
    refused.extend([2, 99].map(|id| {
        let message = format!("Invalid pk \"{id}\" - object does not exist.");
        (json!(id), message)
    }));
    refused
}

pub(crate) fn time() -> Vec<Refused> {
    let values = [
        json!("tomorrow"),
        json!("2035-13-01T00:00:00Z"),
        json!("2035-02-30T00:00:00Z"),
        json!(""),
        json!(1_765_000_000),
    ];
    each(values, NOT_A_TIME)
}

pub(crate) fn list(of: &[Refused], max: usize, valid: &Value) -> Vec<Refused> {
    let mut refused: Vec<_> =
        (of.iter()).map(|(value, message)| (json!([valid, value]), message.clone())).collect();
    let full = vec![valid; max + 1];
    let long = format!("Ensure this field has no more than {max} elements.");
    refused.push((json!(full), long));
    refused
}

pub(crate) fn not_a_list() -> Vec<Refused> {
    let values = [("int", json!(1)), ("str", json!("1")), ("dict", json!({}))];
    let message = |name| format!("Expected a list of items but got type \"{name}\".");
    not_null(values.map(|(name, value)| (value, message(name))).to_vec())
}

pub(crate) fn tags() -> Vec<Refused> {
    // `null` in a list is no string.
    let tag: Vec<_> = text(50).into_iter().filter(|(tag, _)| !tag.is_null()).collect();
    [list(&tag, 20, &json!("x")), not_a_list()].concat()
}

pub(crate) fn new_password() -> Vec<Refused> {
    let short = "Ensure this field has at least 8 characters.";
    let common = "This password is too common.";
    [
        text(1_000),
        each([json!("seven77"), json!("日本語日本語日")], short),
        each([json!("password"), json!("PassWord123")], common),
        each([json!("Robin.Hood")], "The password is too similar to the username."),
    ]
    .concat()
}

pub(crate) fn username() -> Vec<Refused> {
    let values = [
        json!("robin hood"),
        json!("robin/hood"),
        json!("<robin>"),
        json!("robin\n"),
        json!("röbin!"),
    ];
    [text(150), each(values, BAD_USERNAME)].concat()
}

pub(crate) fn meta_info() -> Vec<Refused> {
    let mut refused = not_null(each([json!({"a": ["b\0"]}), json!({"a\0": 1})], NO_NUL));
    for (value, message) in [
        (json!([1]), "Expected a dictionary of items but got type \"list\"."),
        (json!({"a": "x".repeat(4_096)}), "Ensure this field has no more than 4096 bytes of JSON."),
        (json!({"task_id": "5"}), "\"task_id\" has another type here."),
        (json!({"priority": "high"}), "\"priority\" has another type here."),
    ] {
        refused.push((value, message.to_owned()));
    }
    refused
}
