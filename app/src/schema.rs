//! Which commands may change the schema: `serve` and `migrate`. All others only check that it is the schema of
//! this version.

use crate::cli_error::CliError;
use crate::wiring::Store;

/// What a command may do with a schema that is not up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaPolicy {
    /// Apply every missing migration.
    Upgrade,
    /// Create the schema of an empty database, and refuse one that is behind.
    CreateIfEmpty,
    /// Refuse.
    Require,
}

impl SchemaPolicy {
    /// Applies the policy; `allowed` is false if the operator migrates by hand.
    ///
    /// # Errors
    /// If the schema is not up to date and the policy does not allow to upgrade it.
    pub async fn apply(self, store: &Store, allowed: bool) -> Result<(), CliError> {
        let Some(sql) = &store.sql else { return Ok(()) };
        let database = sql.schema_connection();
        let steps = leopard_migration::status(database)
            .await
            .map_err(|error| CliError(format!("cannot read the schema's status: {error}")))?;
        let missing = steps.iter().filter(|(_, applied)| !applied).count();
        if missing == 0 {
            return Ok(());
        }
        let is_empty = missing == steps.len();
        let may_migrate = match self {
            Self::Upgrade => allowed,
            Self::CreateIfEmpty => allowed && is_empty,
            Self::Require => false,
        };
        if !may_migrate {
            return Err(refusal(is_empty, missing, allowed));
        }
        let migrated = leopard_migration::up(database).await;
        let fault = |error| CliError(format!("cannot bring the schema up to date: {error}"));
        migrated.map_err(fault)?;
        tracing::info!("schema upgraded");
        Ok(())
    }
}

fn refusal(is_empty: bool, missing: usize, serve_migrates: bool) -> CliError {
    let state = match (is_empty, missing) {
        (true, _) => "the database has no schema yet".to_owned(),
        (false, 1) => "the schema is not up to date (1 migration is missing)".to_owned(),
        (false, _) => format!("the schema is not up to date ({missing} migrations are missing)"),
    };
    let remedy = if serve_migrates {
        "run \"leopard migrate\"; \"leopard serve\" of this version does the same"
    } else {
        "run \"leopard migrate\" (LEOPARD_MIGRATE_ON_START is false)"
    };
    CliError(format!("{state}: {remedy}"))
}
