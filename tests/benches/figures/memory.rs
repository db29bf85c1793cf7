//! How much memory a process has.

use std::fs;

/// The resident memory of a process, in KiB.
pub fn resident(process: impl std::fmt::Display) -> f64 {
    let path = format!("/proc/{process}/status");
    let status = fs::read_to_string(path).expect("the process runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let value = line.and_then(|line| line.trim().strip_suffix(" kB"));
    value.expect("a size").parse().expect("a number")
}
