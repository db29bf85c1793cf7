//! What a test has measured.

use std::fs;
use std::io::{self, Write as _};

use rustix::process::Pid;

/// Prints a figure, of tests that pass as well: it does not go where their output is kept.
pub fn print(figure: &str) {
    let written = writeln!(io::stderr(), "measured: {figure}");
    written.expect("stderr takes it");
}

/// The resident memory of a process in KiB.
pub fn resident(process: Pid) -> u64 {
    let path = format!("/proc/{}/status", process.as_raw_nonzero());
    let status = fs::read_to_string(&path);
    let status = status.unwrap_or_else(|e| panic!("{path}, which tells the memory: {e}"));
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.unwrap_or_else(|| panic!("no memory in {status}"))
}
