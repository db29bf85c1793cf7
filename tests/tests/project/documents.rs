//! The documents name files and folders that exist.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders of the project; a path in a document that begins with one must exist.
const FOLDERS: [&str; 8] =
    ["adapters", "app", "core", "deployment", "docs", "migration", "openapi", "tests"];

/// All Markdown files in the root and below `docs`.
fn documents(root: &Path) -> Vec<PathBuf> {
    let folders = [root.to_owned(), root.join("docs"), root.join("docs/adr")];
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect()
}

/// The paths that `a/{b,c}.rs` stands for.
fn expand(path: &str) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else {
        return vec![path.to_owned()];
    };
    let Some((names, after)) = rest.split_once('}') else {
        return vec![path.to_owned()];
    };
    let paths = names.split(',').map(|name| format!("{before}{name}{after}"));
    paths.flat_map(|path| expand(&path)).collect()
}

/// The code spans of a text that look like a path of the project.
fn paths(text: &str) -> Vec<String> {
    let spans = text.split('`').skip(1).step_by(2);
    let is_path = |span: &&str| {
        let first = span.split('/').next();
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-{},".contains(c);
        span.contains('/')
            && span.chars().all(plain)
            && first.is_some_and(|it| FOLDERS.contains(&it))
    };
    spans.filter(is_path).flat_map(expand).collect()
}

/// The targets of the links of a text to other files.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files = targets.filter_map(|target| target.split('#').next());
    files.filter(|file| !file.is_empty() && !file.contains(':')).collect()
}

#[test]
fn paths_and_links_in_documents_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut missing = vec![];
    for document in documents(&root) {
        let text = fs::read_to_string(&document).unwrap();
        let folder = document.parent().unwrap();
        let named = paths(&text).into_iter().map(|path| root.join(path));
        let linked = links(&text).into_iter().map(|link| folder.join(link));
        let wrong = named.chain(linked).filter(|path| !path.exists());
        missing.extend(wrong.map(|path| format!("{}: {}", document.display(), path.display())));
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
