//! The examples for builders on the core, which `cargo test` runs, as documents show them.

use std::fs;

use super::source_tree::{root, sources};

#[test]
fn readme_shows_the_example_with_the_testkit() {
    let read = |path| fs::read_to_string(root().join(path)).expect("a file of the project");
    let example = read("tests/testkit/examples/unit_test_with_testkit.rs");
    let (_, example) = example.split_once("#![cfg(test)]\n").expect("a test");
    assert!(read("README.md").contains(example.trim()), "README.md shows another example");
}

#[test]
fn every_example_is_listed_tested_and_short() {
    let read = |path| fs::read_to_string(root().join(path)).expect("a file of the project");
    let (page, manifest) = (read("docs/building.md"), read("tests/testkit/Cargo.toml"));
    for (path, text) in sources("tests/testkit/examples") {
        assert!(text.lines().count() < 150, "{path} is long");
        if path.ends_with("tests.rs") {
            continue;
        }
        assert!(page.contains(&path), "docs/building.md does not list {path}");
        let name = path.trim_end_matches("/main.rs").trim_end_matches(".rs");
        let name = name.rsplit('/').next().expect("a name");
        let target = format!("name = \"{name}\"\n");
        let (_, target) = manifest.split_once(&target).expect(name);
        let target = target.split("\n\n").next().unwrap_or_default();
        assert!(target.contains("test = true"), "the tests do not run {path}");
    }
}
