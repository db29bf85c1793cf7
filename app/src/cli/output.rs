//! What a command says: its result on standard output, complaints on standard error.

use std::fmt::Display;
use std::io::Write;

use crate::complaint::Complaint;

/// Says one line of the result. A reader who has left early is no fault.
pub fn say(line: impl Display) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Says what goes on, to whoever waits; it is no result.
pub fn mention(line: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "leopard: {line}");
}

/// Says why the command failed.
pub fn complain(complaint: &Complaint) {
    mention(complaint);
}
