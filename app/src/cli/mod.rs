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

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Arg, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::cli_error::CliError;
use crate::config::{self, Config, Settings};
use crate::schema::SchemaPolicy;
use crate::telemetry;
use crate::wiring::{Node, Store};

/// Self-hosted task service with real-time notifications. Without a command, it runs the server
#[derive(Parser)]
#[command(name = "leopard", version, propagate_version = true)]
#[command(override_usage = "leopard [COMMAND]")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server (default)
    Serve(serve::Serve),
    /// Upgrade the database schema, or revert migrations
    Migrate(migrate::Migrate),
    /// Manage users
    User(user::User),
    /// Print an access token, for scripts
    Token(token::Token),
    /// Create tasks
    Task(task::Task),
    /// Check the database for damage, while it is in use or not
    Check(check::Check),
    /// Check a deployment from outside and report problems
    Doctor(doctor::Doctor),
    /// Print the OpenAPI document
    Openapi(openapi::Openapi),
}

/// Runs the command of the command line.
pub fn run() -> Result<ExitCode, CliError> {
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    if arguments.len() < 2 {
        arguments = vec!["leopard".into(), "serve".into()];
    }
    let matches = config::parse(definition(), &arguments, std::env::vars_os())?;
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError(format!("cannot start: {error}")))?;
    runtime.block_on(async {
        match cli.command {
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

/// The command line. Settings may follow a command or its subcommand; the help of a command lists those
/// that matter to it: `serve` all, other commands the file and the database.
fn definition() -> clap::Command {
    Cli::command().mut_subcommands(|command| {
        let lists_all = command.get_name() == "serve";
        command.mut_args(|arg: Arg| match arg.get_id().as_str() {
            "config" => arg.global(true),
            id if arg.get_env().is_some() => {
                let is_hidden = arg.is_hide_set() || !(lists_all || id == "database_url");
                arg.global(true).hide(is_hidden).hide_env_values(true)
            }
            _ => arg,
        })
    })
}

/// Checks the settings and starts the log.
fn configure(settings: Settings) -> Result<Config, CliError> {
    let config = Config::new(settings)?;
    telemetry::start(&config.settings)?;
    Ok(config)
}

/// Runs some work on the core without a server.
async fn with_node<T>(
    settings: Settings,
    policy: SchemaPolicy,
    work: impl AsyncFnOnce(&Node) -> Result<T, CliError>,
) -> Result<T, CliError> {
    let config = configure(settings)?;
    if policy == SchemaPolicy::Require {
        config.database.must_exist()?;
    }
    let (store, secret) = open(&config, policy).await?;
    let node = Node::assemble(&config, &secret, &store)?;
    let outcome = work(&node).await;
    store.close().await;
    outcome
}

/// Opens the store, with the schema of this version, and the key that signs tokens.
async fn open(config: &Config, policy: SchemaPolicy) -> Result<(Store, Vec<u8>), CliError> {
    config.jwt_secret.check(&config.database)?;
    let store = Store::open(&config.database).await?;
    policy.apply(&store, config.settings.migrate_on_start).await?;
    let secret = config.jwt_secret.obtain(&config.database)?;
    if secret.is_new && store.has_users().await? {
        tracing::warn!(
            "key of tokens was missing and has been generated again; all users must log in again"
        );
    }
    Ok((store, secret.bytes))
}

#[cfg(test)]
mod tests {
    #[test]
    fn command_line_is_consistent() {
        super::definition().debug_assert();
    }
}
