//! Figures that tests measure.

use std::io::{self, Write as _};

use rustix::process::Pid;

use super::process;

/// Prints a figure, also of tests that pass: it bypasses the captured output.
pub fn print(figure: &str) {
    let written = writeln!(io::stderr(), "measured: {figure}");
    written.expect("stderr takes it");
}

pub fn resident(process: Pid) -> u64 {
    process::status(process, "VmRSS")
}
