//! What a command is told beside its arguments: secrets, which do not stand there.

use std::io::{IsTerminal, Read};

use tokio::signal::unix::{SignalKind, signal};

/// The first line of standard input.
pub fn first_line() -> std::io::Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// Whether somebody is there to be asked.
pub fn is_terminal() -> bool {
    std::io::stdin().is_terminal()
}

/// Asks on the terminal without showing the answer. Ctrl-C is heard here and so does not end the
/// process at once, which would leave the terminal without echo.
pub fn ask(prompt: &str) -> std::io::Result<String> {
    let _heard = signal(SignalKind::interrupt())?;
    rpassword::prompt_password(prompt)
}
