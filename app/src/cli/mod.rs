//! The command line.

mod check;
mod doctor;
mod first_user;
mod input;
mod migrate;
mod openapi;
pub mod output;
mod serve;
mod settle;
mod task;
mod token;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::cli_error::CliError;
use crate::config::{Config, SettingFlags};
use crate::schema::SchemaPolicy;
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
    /// Check the database for damage, whether it is served or not
    Check(check::Check),
    /// Look at a deployment from outside, and say what is wrong with it
    Doctor(doctor::Doctor),
    /// Print the OpenAPI document
    Openapi(openapi::Openapi),
}

/// Does what the command line says.
pub fn run() -> Result<ExitCode, CliError> {
    let command = Line::parse()
        .command
        .unwrap_or(Command::Serve(serve::Serve::default()));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError(format!("cannot start: {error}")))?;
    runtime.block_on(async {
        match command {
            Command::Serve(command) => command.run().await?,
            Command::Migrate(command) => command.run().await?,
            Command::User(command) => command.run().await?,
            Command::Token(command) => command.run().await?,
            Command::Task(command) => command.run().await?,
            Command::Check(command) => return command.run().await,
            Command::Doctor(command) => return Ok(command.run().await),
            Command::Openapi(command) => command.run(),
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// The settings of a command whose help does not list them.
type QuietSettings = SettingFlags<false>;

/// Does some work with a wired core, without serving.
async fn with_node<T>(
    settings: &QuietSettings,
    policy: SchemaPolicy,
    work: impl AsyncFnOnce(&Node) -> Result<T, CliError>,
) -> Result<T, CliError> {
    let config = Config::read(settings)?;
    telemetry::start(&config.log)?;
    if policy == SchemaPolicy::Require {
        config.database.must_exist()?;
    }
    let (store, secret) = open(&config, policy).await?;
    let node = Node::assemble(&config, &secret, &store)?;
    let outcome = work(&node).await;
    store.close().await;
    outcome
}

/// Opens the store with the schema of this version, and the secret that tokens are signed with.
async fn open(config: &Config, policy: SchemaPolicy) -> Result<(Store, Vec<u8>), CliError> {
    config.jwt_secret.check(&config.database)?;
    let store = Store::open(&config.database).await?;
    if let Some(sql) = &store.sql {
        policy.apply(sql.writer(), config.migrate_on_start).await?;
    }
    let secret = config.jwt_secret.obtain(&config.database)?;
    if secret.is_new && store.has_users().await? {
        tracing::warn!(
            "the secret of the tokens was missing and was generated anew: everybody has to log in \
             again"
        );
    }
    Ok((store, secret.bytes))
}
