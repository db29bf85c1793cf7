//! The log, on standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::cli_error::CliError;
use crate::config::{LogFormat, Settings};

/// Silences libraries: we log a migration in a line of our own, and `PostgreSQL` sends a notice for every
/// `IF NOT EXISTS`.
const LIBRARIES: &str = "sea_orm_migration=warn,sqlx::postgres::notice=warn";

/// Starts logging as configured.
pub fn start(settings: &Settings) -> Result<(), CliError> {
    let filter = EnvFilter::try_new(format!("{LIBRARIES},{}", settings.log))
        .map_err(|error| CliError(format!("LEOPARD_LOG must be a filter: {error}")))?;
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // It would write to standard error too, and panic if that cannot be written.
        .log_internal_errors(false)
        .with_ansi(std::io::stderr().is_terminal());
    let started = match settings.log_format {
        LogFormat::Text => logs.try_init(),
        LogFormat::Json => logs.json().try_init(),
    };
    started.map_err(|error| CliError(format!("cannot log: {error}")))
}
