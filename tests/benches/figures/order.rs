//! The arguments of the benchmarks.

use std::path::{Path, PathBuf};

pub enum Order {
    /// The baseline of the streams, in a process of its own.
    BareServer,
    /// The benchmarks.
    Measure(Selection),
}

pub struct Selection {
    pub binary: PathBuf,
    /// Which figures, in this order.
    pub groups: Vec<Group>,
    /// Whether `docs/performance.md` and `docs/costs.md` get them.
    pub write: bool,
}

/// Figures that share a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Tasks,
    Streams,
    Directory,
    Reminders,
    Growth,
    Nodes,
    Costs,
    Peers,
}

const ALL: [(&str, Group); 8] = [
    ("tasks", Group::Tasks),
    ("streams", Group::Streams),
    ("directory", Group::Directory),
    ("reminders", Group::Reminders),
    ("growth", Group::Growth),
    ("nodes", Group::Nodes),
    ("costs", Group::Costs),
    ("peers", Group::Peers),
];

impl Order {
    /// Reads the arguments; without any, everything is measured and nothing written.
    pub fn read(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let (mut binary, mut groups, mut write) = (beside(), vec![], false);
        for argument in arguments {
            match argument.split_once('=') {
                Some(("--binary", path)) => binary = path.into(),
                _ if argument == super::bare_server::FLAG => return Ok(Self::BareServer),
                _ if argument == "--write" => write = true,
                // Cargo passes it to every benchmark.
                _ if argument == "--bench" => {}
                _ => groups.push(group(&argument)?),
            }
        }
        // Costs and peers have a table of their own.
        if write && !groups.is_empty() && groups != [Group::Costs] && groups != [Group::Peers] {
            return Err("--write is for all figures, for costs or for peers".to_owned());
        }
        if groups.is_empty() {
            // Peers must be installed first.
            let all = ALL.into_iter().map(|(_, group)| group);
            groups.extend(all.filter(|group| *group != Group::Peers));
        }
        if cfg!(debug_assertions) {
            return Err("this is a debug build; use ./tests/bench".to_owned());
        }
        if !binary.is_file() {
            let missing = binary.display();
            return Err(format!(
                "{missing} is missing: build it (cargo build --release -p leopard-app), or use ./tests/bench"
            ));
        }
        Ok(Self::Measure(Selection { binary, groups, write }))
    }
}

fn group(name: &str) -> Result<Group, String> {
    let found = ALL.into_iter().find(|(known, _)| *known == name);
    found.map(|(_, group)| group).ok_or_else(|| {
        let known = ALL.map(|(known, _)| known).join(", ");
        format!("{name:?} is unknown; there are --write, --binary=PATH, {known}")
    })
}

/// The server of the same build: benchmarks stand in `target/release/deps`.
fn beside() -> PathBuf {
    let own = std::env::current_exe().expect("the benchmark knows its own path");
    let release = own.parent().and_then(Path::parent);
    release.expect("benchmarks stand in target/release/deps").join("leopard")
}
