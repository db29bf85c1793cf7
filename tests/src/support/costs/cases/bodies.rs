//! The largest bodies, to every operation that has a body.

use super::super::super::document;
use super::super::super::request::Request;
use super::{Case, Ceiling};

const BODY: usize = 1024 * 1024;
/// The largest body of a call without a token.
const SMALL_BODY: usize = 16 * 1024;
/// How deep a body may be; most parsers give up a little later.
const DEPTH: usize = 120;

/// What a body is made of, and a function that makes one of so many bytes.
type Shape = (&'static str, fn(usize) -> String);

const SHAPES: [Shape; 4] = [
    ("numbers out of range, nested 120 deep", nested_numbers),
    ("brackets alone", brackets),
    ("an unknown member of many members", members),
    ("one string", string),
];

pub fn cases() -> Vec<Case> {
    let mut cases = vec![];
    for (name, operation) in document::operations() {
        if operation.body.is_none() {
            continue;
        }
        // The cases are few: they live as long as the tests.
        let name: &'static str = name.leak();
        let is_open = operation.path.starts_with("/api/token/");
        for (shape, body) in SHAPES {
            for (what, size) in [("1 MiB", BODY), ("16 KiB", SMALL_BODY)] {
                // Requests with a token may have the larger one, which costs more.
                if size == SMALL_BODY && !is_open {
                    continue;
                }
                let (method, path) = (operation.method.clone(), operation.path.clone());
                let maximum = format!("{what}: {shape}").leak();
                // Members that are unknown are ignored, and an edit may be empty.
                let statuses = &[200, 400, 401, 404, 413];
                let case = Ceiling::Small.of(name, maximum, move |data, _| {
                    let path = path.replace("{id}", &data.witness_task.to_string());
                    let request = Request::new(&method, path).body(body(size));
                    if is_open { request } else { request.bearer(&data.staff.access) }
                });
                cases.push(case.with_statuses(statuses));
            }
        }
    }
    cases
}

pub fn largest() -> Vec<String> {
    SHAPES.iter().map(|(_, body)| body(BODY)).collect()
}

fn nested_numbers(size: usize) -> String {
    let (begin, end) =
        (format!(r#"{{"title":{}"#, "[".repeat(DEPTH)), format!("{}}}", "]".repeat(DEPTH)));
    let room = size - begin.len() - end.len();
    let numbers = vec!["1e999"; room / "1e999,".len()].join(",");
    begin + &numbers + &end
}

fn brackets(size: usize) -> String {
    let half = (size - r#"{"title":}"#.len()) / 2;
    format!(r#"{{"title":{}{}}}"#, "[".repeat(half), "]".repeat(half))
}

fn members(size: usize) -> String {
    let members: Vec<_> = (0..size / 14).map(|n| format!(r#""m{n:06}":[]"#)).collect();
    format!("{{{}}}", members.join(","))
}

fn string(size: usize) -> String {
    format!(r#"{{"title":"{}"}}"#, "x".repeat(size - r#"{"title":""}"#.len()))
}
