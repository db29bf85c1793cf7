//! `leopard migrate`

use clap::Subcommand;

use super::output::{counted, print};
use super::stopped_nodes::until_zero;
use crate::cli_error::CliError;
use crate::config::Config;
use crate::server_lock;
use crate::wiring::Store;

#[derive(Subcommand)]
pub enum Direction {
    /// Apply every missing migration (default)
    Up,
    /// Revert migrations; their data is lost
    Down {
        /// Number of migrations to revert
        #[arg(long, default_value_t = 1)]
        steps: u32,
    },
    /// List the migrations and whether they are applied
    Status,
}

pub async fn run(direction: Direction, config: &Config) -> Result<(), CliError> {
    match direction {
        Direction::Up => config.jwt_secret.check_database_is_there(&config.database)?,
        Direction::Down { .. } | Direction::Status => config.database.must_exist()?,
    }
    let store = Store::open(&config.database).await?;
    let Some(sql) = &store.sql else {
        return Err(CliError("an in-memory database has no schema to migrate".to_owned()));
    };
    let database = sql.schema_connection();
    let _lock = match direction {
        Direction::Down { .. } => server_lock::hold(&config.database, "stop it first")?,
        Direction::Up | Direction::Status => None,
    };
    if let Direction::Down { .. } = direction {
        let nodes = until_zero(async || sql.live_nodes().await).await?;
        if nodes > 0 {
            return Err(CliError(format!(
                "cannot revert migrations while {} this database: stop every node first",
                counted(nodes, "node serves", "nodes serve")
            )));
        }
    }
    let outcome = match direction {
        Direction::Up => leopard_migration::up(database).await,
        Direction::Down { steps } => leopard_migration::down(database, Some(steps)).await,
        Direction::Status => Ok(()),
    };
    let steps = match outcome {
        Ok(()) => leopard_migration::status(database).await,
        Err(error) => Err(error),
    };
    store.close().await;
    let steps = steps.map_err(|error| CliError(format!("cannot migrate: {error}")))?;
    for (step, applied) in steps {
        let state = if applied { "applied" } else { "pending" };
        print(format!("{state} {step}"));
    }
    Ok(())
}
