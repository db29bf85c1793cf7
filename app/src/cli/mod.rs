//! The command line.

mod check;
mod doctor;
mod first_user;
mod input;
mod key;
mod migrate;
pub mod output;
mod serve;
mod stopped_nodes;
mod task;
mod time;
mod user;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Arg, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use self::output::print;
use crate::cli_error::CliError;
use crate::config::{self, Config, SECRETS_HELP, Settings};
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
    #[command(after_help = SECRETS_HELP)]
    Serve(Settings),
    /// Upgrade the database schema, or revert migrations
    Migrate {
        #[command(subcommand)]
        direction: Option<migrate::Direction>,
        #[command(flatten)]
        settings: Settings,
    },
    /// Manage users
    User {
        #[command(subcommand)]
        action: user::Action,
        #[command(flatten)]
        settings: Settings,
    },
    /// Manage API keys
    Key {
        #[command(subcommand)]
        action: key::Action,
        #[command(flatten)]
        settings: Settings,
    },
    /// Print an access token, for scripts
    Token {
        /// User name
        name: String,
        #[command(flatten)]
        settings: Settings,
    },
    /// Create tasks
    Task {
        #[command(subcommand)]
        action: task::Action,
        #[command(flatten)]
        settings: Settings,
    },
    /// Check the database for damage, while it is in use or not
    #[command(after_help = check::HELP)]
    Check {
        /// Print the findings as one JSON object
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        settings: Settings,
    },
    /// Check a deployment from outside and report problems
    Doctor(doctor::Doctor),
    /// Print the OpenAPI document
    Openapi {
        /// Output format
        #[arg(long, value_enum, default_value_t = Format::Json)]
        format: Format,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Json,
    Yaml,
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
    runtime.block_on(cli.command.run())
}

impl Command {
    async fn run(self) -> Result<ExitCode, CliError> {
        match self {
            Self::Serve(settings) => serve::run(configure(settings)?).await?,
            Self::Migrate { direction, settings } => {
                let direction = direction.unwrap_or(migrate::Direction::Up);
                migrate::run(direction, &configure(settings)?).await?;
            }
            Self::User { action, settings } => {
                let policy = action.schema_policy();
                with_node(settings, policy, async |node| action.run(&node.core.accounts).await)
                    .await?;
            }
            Self::Key { action, settings } => {
                let run = async |node: &Node| action.run(&node.core.accounts).await;
                with_node(settings, SchemaPolicy::Require, run).await?;
            }
            Self::Token { name, settings } => {
                let token =
                    async |node: &Node| Ok(node.core.accounts.access_token_for(name).await?);
                print(with_node(settings, SchemaPolicy::Require, token).await?);
            }
            Self::Task { action, settings } => {
                with_node(settings, SchemaPolicy::Require, async |node| action.run(node).await)
                    .await?;
            }
            Self::Check { json, settings } => return check::run(json, &configure(settings)?).await,
            Self::Doctor(doctor) => return Ok(doctor.run().await),
            Self::Openapi { format: Format::Json } => {
                print(leopard_openapi::document_json().trim_end());
            }
            Self::Openapi { format: Format::Yaml } => {
                print(leopard_openapi::document_yaml().trim_end());
            }
        }
        Ok(ExitCode::SUCCESS)
    }
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
    let (secret, is_new) = config.jwt_secret.obtain(&config.database)?;
    if is_new && store.has_users().await? {
        tracing::warn!(
            "token key was missing and has been generated again; all users must log in again"
        );
    }
    Ok((store, secret))
}

#[cfg(test)]
mod tests {
    #[test]
    fn command_line_is_consistent() {
        super::definition().debug_assert();
    }
}
