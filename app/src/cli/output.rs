//! What a command says: its result on standard output, complaints on standard error.

use std::fmt::Display;
use std::io::Write;

use crate::cli_error::CliError;

/// Says one line of the result. A reader who has left early is no fault.
pub fn print(line: impl Display) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Says what goes on, to whoever waits; it is no result.
pub fn warn(line: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "leopard: {line}");
}

/// Says why the command failed.
pub fn print_error(error: &CliError) {
    warn(error);
}
