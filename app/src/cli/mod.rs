//! The command line.

mod doctor;
mod input;
mod migrate;
mod openapi;
pub mod output;
mod serve;
mod task;
mod token;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::complaint::Complaint;
use crate::config::{Config, SettingFlags};
use crate::telemetry;
use crate::wiring::{Node, Store};

/// Tasks and real-time notifications, self-hosted. Without a command, it serves
#[derive(Parser)]
#[command(name = "leopard", version, propagate_version = true)]
struct Line {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server (the default)
    Serve(serve::Serve),
    /// Bring the schema of the database up to date, or back
    Migrate(migrate::Migrate),
    /// Administer users
    User(user::User),
    /// Print an access token, for scripts
    Token(token::Token),
    /// Work with tasks
    Task(task::Task),
    /// Look at a deployment from outside, and say what is wrong with it
    Doctor(doctor::Doctor),
    /// Print the OpenAPI document
    Openapi(openapi::Openapi),
}

/// Does what the command line says.
pub fn run() -> Result<ExitCode, Complaint> {
    let command = Line::parse()
        .command
        .unwrap_or(Command::Serve(serve::Serve::default()));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Complaint(format!("cannot start: {error}")))?;
    runtime.block_on(async {
        match command {
            Command::Serve(command) => command.run().await?,
            Command::Migrate(command) => command.run().await?,
            Command::User(command) => command.run().await?,
            Command::Token(command) => command.run().await?,
            Command::Task(command) => command.run().await?,
            Command::Doctor(command) => return Ok(command.run().await),
            Command::Openapi(command) => command.run(),
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// The settings of a command whose help does not list them.
type QuietSettings = SettingFlags<false>;

/// Whether a command may begin a database.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beginning {
    Allowed,
    Refused,
}

/// Does some work with a wired core, without serving.
async fn with_node<T>(
    settings: &QuietSettings,
    beginning: Beginning,
    work: impl AsyncFnOnce(&Node) -> Result<T, Complaint>,
) -> Result<T, Complaint> {
    let config = Config::read(settings)?;
    telemetry::start(&config.log)?;
    if beginning == Beginning::Refused {
        config.database.must_exist()?;
    }
    config.database.make_folder()?;
    let secret = config.jwt_secret.bytes(&config.database)?;
    let store = Store::open_current(&config).await?;
    let node = Node::assemble(&config, &secret, &store)?;
    let outcome = work(&node).await;
    store.close().await;
    outcome
}
