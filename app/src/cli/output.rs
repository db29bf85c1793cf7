//! Output of a command: results on standard output, everything else on standard error.

use std::fmt::Display;
use std::io::Write;

/// Prints one line of the result. A closed pipe is not an error.
pub fn print(line: impl Display) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Prints a line for the user that is not part of the result, such as why the command failed.
pub fn warn(line: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "leopard: {line}");
}

/// The number with its noun in singular or plural.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
