//! Writes the document as YAML that all parsers read alike.
//!
//! Parsers of YAML 1.1 read an unquoted `2030-12-10T12:00:00Z` as a date, `no` as false and `12:30` as 750:
//! therefore all strings are quoted, in the form that JSON and YAML share.

use std::fmt::Write as _;

use serde_json::Value;

/// Words that a parser of YAML 1.1 reads as another type.
const WORDS: [&str; 10] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan"];

pub(super) fn to_yaml(document: &Value) -> String {
    let mut text = String::new();
    write(document, 0, &mut text);
    text.trim_start().to_owned() + "\n"
}

/// Writes a value after its name or dash.
fn write(value: &Value, depth: usize, text: &mut String) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, member) in members {
                begin_line(depth, text);
                text.push_str(&key(name));
                text.push(':');
                write(member, depth + 1, text);
            }
        }
        Value::Array(elements) if !elements.is_empty() => {
            for element in elements {
                begin_line(depth, text);
                text.push('-');
                write(element, depth + 1, text);
            }
        }
        // JSON's own form of anything else is YAML too. Writing to a text cannot fail.
        other => {
            let _ = write!(text, " {other}");
        }
    }
}

fn begin_line(depth: usize, text: &mut String) {
    text.push('\n');
    text.extend(std::iter::repeat_n("  ", depth));
}

/// A name, quoted unless it is certainly a string.
fn key(name: &str) -> String {
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || ['_', '-', '/', '.'].contains(&c));
    if is_plain && !WORDS.contains(&name.to_ascii_lowercase().as_str()) {
        name.to_owned()
    } else {
        Value::from(name).to_string()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn strings_are_quoted_and_other_values_are_not() {
        let value = json!({
            "at": "2030-12-10T12:00:00Z",
            "no": ["no", true, null, 5],
            "200": {"$ref": "a\nb", "empty": {}, "none": []},
        });
        let yaml = [
            "at: \"2030-12-10T12:00:00Z\"",
            "\"no\":",
            "  - \"no\"",
            "  - true",
            "  - null",
            "  - 5",
            "\"200\":",
            "  \"$ref\": \"a\\nb\"",
            "  empty: {}",
            "  none: []",
            "",
        ];
        assert_eq!(to_yaml(&value), yaml.join("\n"));
    }

    #[test]
    fn array_of_objects_is_nested() {
        let value = json!([{"a": 1, "b": [2]}]);
        assert_eq!(to_yaml(&value), "-\n  a: 1\n  b:\n    - 2\n");
    }
}
