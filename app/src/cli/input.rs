//! Secrets, which a command reads from standard input and never from its arguments.

use std::io::Read;

use tokio::signal::unix::{SignalKind, signal};

/// Reads standard input to its end and returns the first line.
pub fn first_line() -> std::io::Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// Asks on the terminal without echo. The signal handler keeps Ctrl-C from ending the process at once,
/// which would leave the terminal without echo.
pub fn ask(prompt: &str) -> std::io::Result<String> {
    let _handler = signal(SignalKind::interrupt())?;
    rpassword::prompt_password(prompt)
}
