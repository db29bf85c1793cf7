//! Leopard, a self-hosted task service with real-time notifications: one binary.

mod cli;
mod cli_error;
mod config;
mod console;
mod health;
mod lifecycle;
mod private_file;
mod random;
mod schema;
mod server;
mod server_lock;
mod service_manager;
mod telemetry;
mod wiring;

use std::process::ExitCode;

use tikv_jemallocator::Jemalloc;

/// Its background threads return memory to the system within seconds after a peak.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    match cli::run() {
        Ok(code) => code,
        Err(error) => {
            cli::output::warn(error);
            ExitCode::FAILURE
        }
    }
}
