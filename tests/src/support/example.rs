//! The example clients, and their generated code.

use std::fs;
use std::path::{Path, PathBuf};

use super::document;
use super::leopard;
use super::tool::target;

const LEFT_BEHIND: [&str; 3] = ["node_modules", "target", "leopard_client"];

/// A copy of an example, with the document in it.
pub struct Example {
    folder: PathBuf,
}

impl Example {
    /// Copies what has changed since it was copied last.
    pub fn copy(language: &str) -> Self {
        let folder = target().join("clients").join(language);
        copy(&document::folder().join("examples").join(language), &folder);
        write(&folder.join("openapi.json"), &read(&document::path()));
        Self { folder }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn text(&self, file: &str) -> String {
        read(&self.folder.join(file))
    }
}

/// Checks that a client has every operation and every member of every schema: generators drop what they
/// do not understand.
pub fn holds_everything(
    function: impl Fn(&str) -> bool,
    definition: impl Fn(&str) -> Option<String>,
    member: impl Fn(&str, &str) -> bool,
) {
    let operations = document::operations().into_keys();
    assert!(operations.len() > 10);
    for operation in operations {
        assert!(function(&operation), "{operation} is missing");
    }
    for (name, members) in document::schemas() {
        // A union has no members of its own.
        if members.is_empty() {
            continue;
        }
        let definition = definition(&name).unwrap_or_else(|| panic!("{name} is missing"));
        for one in members {
            assert!(member(&definition, &one), "{name}.{one} is missing");
        }
    }
}

pub fn between(text: &str, before: &str, after: &str) -> Option<String> {
    leopard::between(text, before, after).map(str::to_owned)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder for the copy");
    for entry in fs::read_dir(from).expect("the example is there") {
        let entry = entry.expect("its files can be listed");
        let (from, name) = (entry.path(), entry.file_name());
        if LEFT_BEHIND.iter().any(|left| *left == name) {
            continue;
        }
        let to = to.join(&name);
        if from.is_dir() {
            copy(&from, &to);
        } else {
            write(&to, &read(&from));
        }
    }
}

/// An unchanged file keeps its time, so that it is not built again.
fn write(file: &Path, text: &str) {
    if fs::read_to_string(file).is_ok_and(|old| old == text) {
        return;
    }
    fs::write(file, text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}
