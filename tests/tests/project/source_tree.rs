//! Rules of the source tree: folders depend on each other in one direction, domain types have no `Deref`,
//! and each concept has one name (`docs/glossary.md`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Names that the glossary replaced, one per line; none of them may be an identifier again.
const RETIRED_NAMES: &str = include_str!("retired_names.txt");

/// Files that must use the column names of released databases.
const NAMES_OF_COLUMNS: &[&str] = &["migration/src", "adapters/src/sql/entity"];

pub(super) fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root.canonicalize().expect("the workspace exists")
}

/// The Rust files below a folder of the project, as paths from its root, with their texts.
pub(super) fn sources(folder: &str) -> BTreeMap<String, String> {
    let rust = files(&root().join(folder)).into_iter();
    let rust = rust.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let found: BTreeMap<_, _> = rust
        .map(|path| {
            let name = path.strip_prefix(root()).expect("below the root");
            (name.display().to_string(), fs::read_to_string(&path).expect("UTF-8"))
        })
        .collect();
    assert!(!found.is_empty(), "{folder} holds no source");
    found
}

/// All files below a folder, without generated files and data.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let skipped = ["target", "node_modules", "leopard-data", "proptest-regressions", ".git"];
    let (mut files, mut open) = (vec![], vec![folder.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the project") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true if skipped.iter().any(|name| path.ends_with(name)) => {}
                true => open.push(path),
                false => files.push(path),
            }
        }
    }
    files
}

/// The code of a file without comments and texts.
fn code(text: &str) -> String {
    let mut code = String::new();
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or_default();
        let outside_of_quotes = line.split('"').step_by(2);
        code.extend(outside_of_quotes);
        code.push('\n');
    }
    code
}

fn identifiers(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

/// The rooms of `sql` that a file uses: `crate::sql::ROOM` or `super::…::ROOM`.
fn used_rooms(name: &str, text: &str, rooms: &BTreeSet<String>) -> BTreeSet<String> {
    let below = name.trim_start_matches("adapters/src/sql/");
    // `super` of `mod.rs` is one folder higher than `super` of a file beside it.
    let is_mod = below.ends_with("mod.rs");
    let depth = below.matches('/').count() + usize::from(!is_mod);
    let from_root = format!("{}::", vec!["super"; depth].join("::"));
    let code = code(text).replace(&from_root, "crate::sql::");
    let uses = code.split("crate::sql::").skip(1);
    let mut found = BTreeSet::new();
    for path in uses {
        let end = path.find(';').unwrap_or(path.len());
        let group = path.starts_with('{');
        let words = identifiers(&path[..end]);
        let candidates: Vec<_> = if group { words.collect() } else { words.take(1).collect() };
        found.extend(candidates.into_iter().filter(|it| rooms.contains(*it)).map(str::to_owned));
    }
    found
}

/// Which room of `sql` uses which other rooms. A room is a folder or a file of `adapters/src/sql`.
fn sql_rooms() -> BTreeMap<String, BTreeSet<String>> {
    let files = sources("adapters/src/sql");
    let room = |name: &str| {
        let below = name.trim_start_matches("adapters/src/sql/");
        let first = below.split('/').next().unwrap_or_default();
        first.trim_end_matches(".rs").to_owned()
    };
    let rooms: BTreeSet<_> = files.keys().map(|name| room(name)).filter(|it| it != "mod").collect();
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, text) in &files {
        let this = room(name);
        if this == "mod" {
            continue;
        }
        let others = used_rooms(name, text, &rooms).into_iter().filter(|it| *it != this);
        uses.entry(this.clone()).or_default().extend(others);
    }
    uses
}

#[test]
fn rooms_of_the_sql_adapter_have_no_import_cycle() {
    let mut uses = sql_rooms();
    assert!(uses.contains_key("commit") && uses["tasks"].contains("commit"), "{uses:?}");
    // Removes what uses nothing that is left, until nothing can be removed.
    while let Some(free) =
        uses.iter().find(|(_, used)| used.is_empty()).map(|(room, _)| room.clone())
    {
        uses.remove(&free);
        for used in uses.values_mut() {
            used.remove(&free);
        }
    }
    assert!(uses.is_empty(), "these use each other in a circle, or something in one: {uses:?}");
}

#[test]
fn commit_engine_knows_no_table_and_no_entity() {
    let allowed = BTreeSet::from(["backend".to_owned()]);
    assert!(sql_rooms()["commit"].is_subset(&allowed), "{:?}", sql_rooms()["commit"]);
    for (name, text) in sources("adapters/src/sql/commit") {
        assert!(!code(&text).contains("entity"), "{name} names an entity");
    }
}

#[test]
fn domain_types_do_not_dereference_to_another() {
    for (name, text) in sources("core/src/domain") {
        let code = code(&text);
        assert!(!identifiers(&code).any(|it| it == "Deref"), "{name} implements Deref");
    }
}

#[test]
fn retired_names_are_not_identifiers() {
    let folders = [
        "core",
        "adapters/src",
        "openapi/src",
        "app/src",
        "tests/src",
        "tests/testkit",
        "tests/tests",
        "tests/load",
        "tests/benches",
    ];
    let retired: BTreeSet<_> = RETIRED_NAMES.lines().collect();
    let mut found = vec![];
    for (name, text) in folders.into_iter().flat_map(sources) {
        if NAMES_OF_COLUMNS.iter().any(|folder| name.starts_with(folder)) {
            continue;
        }
        let code = code(&text);
        let again = identifiers(&code).filter(|it| retired.contains(it));
        found.extend(again.map(|it| format!("{name}: {it}")));
    }
    assert!(found.is_empty(), "docs/glossary.md has other names for these:\n{}", found.join("\n"));
}
