//! What a test has measured.

use std::io::{self, Write as _};

use rustix::process::Pid;

use super::process;

/// Prints a figure, of tests that pass as well: it does not go where their output is kept.
pub fn print(figure: &str) {
    let written = writeln!(io::stderr(), "measured: {figure}");
    written.expect("stderr takes it");
}

/// The resident memory of a process in KiB.
pub fn resident(process: Pid) -> u64 {
    process::status(process, "VmRSS")
}
