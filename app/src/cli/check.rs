//! `leopard check`: checks the database itself. `doctor` checks a deployment from outside.

use std::process::ExitCode;

use clap::Args;
use leopard_core::Failure;

use super::doctor::finding::Finding;
use super::doctor::report::Report;
use crate::cli_error::CliError;
use crate::config::{Config, Database, Settings};
use crate::telemetry;
use crate::wiring::Store;

#[derive(Args)]
#[command(after_help = "Changes nothing, so you can check a backup too:

  leopard check --database-url sqlite://backup.db

Exit codes: 0 no problem found, 1 the database is damaged, lacks a table, or cannot be opened.")]
pub struct Check {
    /// Print the findings as one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

const DATABASE: &str = "database";
const INTEGRITY: &str = "integrity";
const SCHEMA: &str = "schema";
const RESTORE: &str = "Stop the server, keep a copy of the file, and restore a backup that \
                       \"leopard check\" finds sound.";

impl Check {
    pub async fn run(self) -> Result<ExitCode, CliError> {
        let config = Config::new(self.settings)?;
        telemetry::start(&config.log)?;
        config.database.must_exist()?;
        let mut report = Report::new(self.json);
        examine(&config.database, &mut report).await?;
        report.finish(&name(&config.database));
        Ok(if report.has_problems() {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    }
}

/// The name of the database in the report, without any password.
fn name(database: &Database) -> String {
    match database {
        Database::Sqlite(path) => path.display().to_string(),
        Database::Postgres(_) => "PostgreSQL".to_owned(),
        Database::Memory => "memory:".to_owned(),
    }
}

async fn examine(database: &Database, report: &mut Report) -> Result<(), CliError> {
    let inspection = match Store::inspect(database).await {
        Ok(Some(inspection)) => inspection,
        Ok(None) => {
            let in_memory = "a database in memory has nothing to check";
            return Err(CliError(in_memory.to_owned()));
        }
        Err(failure) => {
            report.add(unopened(database, failure));
            report.add_not_checked(&[SCHEMA], "the database cannot be opened");
            return Ok(());
        }
    };
    if let Database::Postgres(_) = database {
        report.add(Finding::ok(DATABASE, "it answers"));
    }
    report.add(integrity(inspection.faults().await));
    let steps = leopard_migration::status(inspection.connection()).await;
    report.add(match steps {
        Err(error) => schema_problem(error.to_string()),
        Ok(steps) => schema(&steps, inspection.check_schema().await),
    });
    inspection.close().await.map_err(CliError::from)
}

fn unopened(database: &Database, failure: Failure) -> Finding {
    match database {
        Database::Sqlite(_) | Database::Memory => integrity(Err(failure)),
        Database::Postgres(_) => {
            let remedy = "See that DATABASE_URL is right and that PostgreSQL runs.";
            Finding::problem(DATABASE, detail(failure), remedy)
        }
    }
}

fn integrity(faults: Result<Option<Vec<String>>, Failure>) -> Finding {
    match faults {
        Ok(None) => {
            let why = "PostgreSQL checks its own pages where data checksums are on";
            Finding::not_checked(INTEGRITY, why)
        }
        Ok(Some(faults)) if faults.is_empty() => {
            Finding::ok(INTEGRITY, "PRAGMA quick_check finds no damage")
        }
        Ok(Some(faults)) => {
            let detail = format!("the file is damaged: {}", faults.join("; "));
            Finding::problem(INTEGRITY, detail, RESTORE)
        }
        Err(failure) => {
            let detail = format!("the file cannot be read: {}", detail(failure));
            Finding::problem(INTEGRITY, detail, RESTORE)
        }
    }
}

/// Judges the migrations (name and whether applied), and whether all that they create exists.
fn schema(steps: &[(String, bool)], complete: Result<(), Failure>) -> Finding {
    let missing = steps.iter().filter(|(_, applied)| !applied).count();
    if missing > 0 {
        let detail = format!("{missing} of {} migrations are missing", steps.len());
        let remedy = "\"leopard migrate\" applies them, and so does the next \"leopard serve\".";
        return Finding::warning(SCHEMA, detail, remedy);
    }
    match complete {
        Ok(()) => Finding::ok(
            SCHEMA,
            format!("all {} migrations are applied", steps.len()),
        ),
        Err(failure) => schema_problem(detail(failure)),
    }
}

fn schema_problem(detail: String) -> Finding {
    let remedy = "Use the version of leopard that created it, or restore a backup.";
    Finding::problem(SCHEMA, detail, remedy)
}

/// Internal details are for the operator alone.
fn detail(failure: Failure) -> String {
    match failure {
        Failure::Unavailable(detail) | Failure::Internal(detail) => detail,
        other => other.to_string(),
    }
}
