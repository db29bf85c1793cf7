//! Long random inputs of fragments that parsers may mishandle.

use serde_json::{Map, Value, json};

use super::rng::Rng;

const PIECES: [&str; 34] = [
    "a",
    "@",
    ".",
    "-",
    "_",
    "@a",
    "@fuzz.author",
    "@fuzz.author.",
    "@\u{10400}",
    "\u{301}",
    "\u{1F406}",
    "\u{65E5}",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "data: {}\n\n",
    "id: 9\n",
    "\u{2028}",
    "\u{85}",
    "\"",
    "\\",
    "\\u0000",
    "\u{1}",
    "\u{7f}",
    "%",
    "%00",
    "'; --",
    "</script>",
    "\u{FEFF}",
    "\u{FFFF}",
    "\u{10FFFF}",
    " ",
    "/../",
];

/// Fragments that JSON may or may not consist of.
const FRAGMENTS: [&str; 20] = [
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "\"",
    "\\",
    "1e999",
    "-0",
    "0.1",
    "1e-999",
    "null",
    "true",
    "\"title\":",
    "\"a\":1,",
    "\\u0000",
    "\\ud800",
    "\u{1}",
    " ",
];

/// A text of at most so many characters, often of exactly as many.
pub fn text(rng: &mut Rng, most: usize) -> String {
    let length = length(rng, most);
    let mut text = String::new();
    let mut left = length;
    while left > 0 {
        let piece = rng.pick(&PIECES);
        let repeated = run(rng);
        let run = piece.chars().cycle().take(piece.chars().count() * repeated);
        let before = text.len();
        text.extend(run.take(left));
        left -= text[before..].chars().count();
    }
    text
}

/// The value of a header, of at most so many bytes, without control characters.
pub fn header(rng: &mut Rng, most: usize) -> String {
    let mut value = text(rng, most);
    value.retain(|sign| !sign.is_control());
    while value.len() > most {
        value.pop();
    }
    value.trim().to_owned()
}

/// Bytes that resemble JSON, of at most so many.
pub fn almost_json(rng: &mut Rng, most: usize) -> Vec<u8> {
    let length = length(rng, most);
    let mut bytes = b"{\"title\":".to_vec();
    while bytes.len() < length {
        let fragment = rng.pick(&FRAGMENTS);
        // Parsers recurse and copy in deep and long runs.
        let repeated = (run(rng) * run(rng)).min(length);
        bytes.extend(fragment.repeat(repeated).bytes());
        if rng.among(0..=50) == 0 {
            bytes.push(0xFF);
        }
    }
    bytes.truncate(length.max(1));
    bytes
}

/// A JSON object of at most so many bytes, in its form without spaces.
pub fn object(rng: &mut Rng, most: usize) -> Value {
    let mut object = Map::new();
    for number in 0..run(rng) {
        object.insert(format!("m{number}"), value(rng, 6));
        if Value::Object(object.clone()).to_string().len() > most {
            object.remove(&format!("m{number}"));
            break;
        }
    }
    // One text fills the rest.
    let used = Value::Object(object.clone()).to_string().len() + ",\"rest\":\"\"".len();
    let rest = "x".repeat(most.saturating_sub(used));
    if !rest.is_empty() {
        object.insert("rest".to_owned(), rest.into());
    }
    Value::Object(object)
}

fn value(rng: &mut Rng, depth: u32) -> Value {
    match (rng.among(0..=6), depth) {
        (0, _) => Value::Null,
        (1, _) => json!(rng.among(0..=1) == 1),
        (2, _) => json!(rng.number().cast_signed()),
        (3, _) => json!(f64::from_bits(rng.number())),
        (4, 1..) => (0..rng.among(0..=3)).map(|_| value(rng, depth - 1)).collect(),
        (5, 1..) => json!({ text(rng, 8).replace('\u{0}', ""): value(rng, depth - 1) }),
        _ => json!(text(rng, 60)),
    }
}

fn length(rng: &mut Rng, most: usize) -> usize {
    if rng.among(0..=2) == 0 {
        return most;
    }
    usize::try_from(rng.among(1..=most as u64)).expect("a length in memory")
}

/// A number of repetitions: mostly few, sometimes many.
fn run(rng: &mut Rng) -> usize {
    let most = *rng.pick(&[1, 1, 3, 20, 400, 6_000]);
    usize::try_from(rng.among(1..=most)).expect("few")
}
