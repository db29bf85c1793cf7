//! Architecture rules: the dependencies of each package, and the length and names of files.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use super::source_tree::{files, root, sources};

/// Which packages of the workspace each one may depend on.
const ALLOWED: [(&str, &[&str]); 7] = [
    ("leopard-core", &[]),
    ("leopard-migration", &[]),
    ("leopard-adapters", &["leopard-core"]),
    ("leopard-openapi", &["leopard-core"]),
    ("leopard-app", &["leopard-adapters", "leopard-core", "leopard-migration", "leopard-openapi"]),
    (
        "leopard-tests",
        &[
            "leopard-adapters",
            "leopard-core",
            "leopard-migration",
            "leopard-openapi",
            "leopard-testkit",
        ],
    ),
    ("leopard-testkit", &["leopard-adapters", "leopard-core", "leopard-openapi"]),
];

const CORE: [&str; 6] =
    ["async-trait", "chrono", "mockall", "thiserror", "tokio", "unicode-properties"];

const CORE_TESTS: [&str; 3] = ["mockall", "proptest", "tokio"];

/// Dependencies that belong to another layer.
const FORBIDDEN: [(&str, &[&str]); 4] = [
    ("leopard-openapi", &["sea-orm", "sqlx", "rusqlite", "jsonwebtoken", "argon2"]),
    ("leopard-adapters", &["poem", "poem-openapi", "hyper", "clap"]),
    ("leopard-migration", &["sea-orm", "poem", "tokio"]),
    ("leopard-app", &["poem-openapi", "sea-orm", "sqlx", "jsonwebtoken", "argon2"]),
];

/// The most lines of a file.
const LINES: usize = 300;

/// The extensions of source and document files.
const WRITTEN: [&str; 10] = ["rs", "toml", "md", "html", "css", "js", "ts", "py", "sh", ""];

/// Names that say nothing.
const NAMELESS: [&str; 6] = ["util", "utils", "common", "helpers", "misc", "types"];

fn workspace() -> Metadata {
    let mut command = MetadataCommand::new();
    command.manifest_path(root().join("Cargo.toml")).no_deps();
    command.exec().expect("cargo describes the workspace")
}

/// The names of what a package depends on, for these purposes.
fn dependencies(package: &Package, kinds: &[DependencyKind]) -> BTreeSet<String> {
    let all = package.dependencies.iter();
    all.filter(|dependency| kinds.contains(&dependency.kind))
        .map(|dependency| dependency.name.clone())
        .collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn packages_depend_in_one_direction() {
    let workspace = workspace();
    let every = [DependencyKind::Normal, DependencyKind::Development, DependencyKind::Build];
    let known = set(&ALLOWED.map(|(name, _)| name));
    let found: BTreeSet<_> = workspace.packages.iter().map(|p| p.name.to_string()).collect();
    assert_eq!(found, known, "a new package needs a place in the architecture");
    for package in &workspace.packages {
        let (_, allowed) = ALLOWED.iter().find(|(name, _)| package.name == *name).unwrap();
        let own: BTreeSet<_> = &dependencies(package, &every) & &known;
        let wrong: BTreeSet<_> = &own - &set(allowed);
        // A package's tests may use its own mocks.
        let wrong: Vec<_> = wrong.into_iter().filter(|name| package.name != *name).collect();
        assert!(wrong.is_empty(), "{} may not depend on {wrong:?}", package.name);
    }
}

#[test]
fn core_has_only_allowed_dependencies() {
    let workspace = workspace();
    let core = workspace.packages.iter().find(|p| p.name == "leopard-core").unwrap();
    let normal = dependencies(core, &[DependencyKind::Normal, DependencyKind::Build]);
    assert_eq!(normal, set(&CORE));
    let tests = dependencies(core, &[DependencyKind::Development]);
    assert_eq!(tests, set(&CORE_TESTS));
    let dependency = |name: &str| {
        let mut normal = core.dependencies.iter();
        normal.find(|d| d.name == name && d.kind == DependencyKind::Normal).unwrap()
    };
    let tokio = dependency("tokio");
    assert_eq!(tokio.features, ["sync"], "the core needs no runtime");
    assert!(!tokio.uses_default_features, "the core needs no runtime");
    let chrono = dependency("chrono");
    let clock = chrono.features.iter().any(|feature| feature == "clock" || feature == "now");
    assert!(!clock && !chrono.uses_default_features, "the core asks the Clock port");
}

#[test]
fn layers_have_only_their_dependencies() {
    let workspace = workspace();
    for (name, forbidden) in FORBIDDEN {
        let package = workspace.packages.iter().find(|p| p.name == name).unwrap();
        let own = dependencies(package, &[DependencyKind::Normal, DependencyKind::Build]);
        let wrong: Vec<_> = own.intersection(&set(forbidden)).cloned().collect();
        assert!(wrong.is_empty(), "{name} may not depend on {wrong:?}");
    }
}

#[test]
fn only_wiring_names_adapters() {
    let named =
        sources("app/src").into_iter().filter(|(_, text)| text.contains("leopard_adapters"));
    let named: Vec<_> = named.map(|(name, _)| name).collect();
    assert_eq!(named.len(), 1, "{named:?}");
    assert!(named[0].ends_with("app/src/wiring.rs"), "{named:?}");
}

#[test]
fn cargo_run_starts_the_server() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("default-members = [\"app\"]"));
    let workspace = workspace();
    let app = workspace.packages.iter().find(|p| p.name == "leopard-app").unwrap();
    let binaries: Vec<_> = app
        .targets
        .iter()
        .filter(|target| target.is_bin())
        .map(|target| target.name.clone())
        .collect();
    assert_eq!(binaries, ["leopard"]);
}

#[test]
fn files_are_short_and_well_named() {
    let files = files(&root()).into_iter().filter(|file| {
        let extension = file.extension().unwrap_or_default();
        WRITTEN.iter().any(|written| extension == *written)
    });
    let files: Vec<_> = files.collect();
    assert!(files.len() > 100, "the sources are found");
    let wrong: Vec<_> = files.iter().filter_map(|file| fault(file)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The fault of a file, if it has one.
fn fault(file: &Path) -> Option<String> {
    let stem = file.file_stem()?.to_string_lossy();
    let folder = file.parent()?.file_name()?.to_string_lossy();
    if NAMELESS.iter().any(|name| stem == *name || folder == *name) {
        return Some(format!("{} has a name that says nothing", file.display()));
    }
    let text = fs::read_to_string(file).expect("sources are UTF-8");
    let lines = text.lines().count();
    (lines > LINES).then(|| format!("{} has {lines} lines", file.display()))
}
