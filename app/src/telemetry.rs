//! Logs, on standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::cli_error::CliError;
use crate::config::LogConfig;

/// Starts logging as configured.
pub fn start(config: &LogConfig) -> Result<(), CliError> {
    // The schema's steps are told in one line of our own.
    let filter = EnvFilter::try_new(format!("sea_orm_migration=warn,{}", config.filter))
        .map_err(|error| CliError(format!("LEOPARD_LOG is no filter: {error}")))?;
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // It would print_error on standard error too, and panic where that cannot be written.
        .log_internal_errors(false)
        .with_ansi(std::io::stderr().is_terminal());
    let started = if config.json {
        logs.json().try_init()
    } else {
        logs.try_init()
    };
    started.map_err(|error| CliError(format!("cannot log: {error}")))
}
