//! Ids that two stores choose differently, in texts that compare.

use std::collections::HashMap;
use std::fmt::Write;

const KINDS: [&str; 4] = ["TaskId(", "CommentId(", "NotificationId(", "UserId("];

/// The ids that one store has returned, in the order of their first appearance.
#[derive(Default)]
pub struct Ids(HashMap<&'static str, Vec<String>>);

impl Ids {
    /// Replaces each id in a `Debug` text by its ordinal among those of its kind.
    pub fn replace(&mut self, mut text: String) -> String {
        for kind in KINDS {
            let known = self.0.entry(kind).or_default();
            let mut parts = text.split(kind);
            let mut replaced = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                let (id, rest) = part.split_once(')').expect("ids end in a parenthesis");
                let ordinal = known.iter().position(|it| it == id).unwrap_or_else(|| {
                    known.push(id.to_owned());
                    known.len() - 1
                });
                write!(replaced, "{kind}#{ordinal}){rest}").expect("a text grows");
            }
            text = replaced;
        }
        text
    }
}
