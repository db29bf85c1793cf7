//! `leopard check`: checks the database itself. `doctor` checks a deployment from outside.

use std::process::ExitCode;

use leopard_core::Failure;

use super::doctor::report::{Finding, Report, not_checked, ok, problem, warning};
use crate::cli_error::CliError;
use crate::config::{Config, Database};
use crate::wiring::Store;

pub const HELP: &str = "Changes nothing, so you can check a backup too:

  leopard check --database-url sqlite://backup.db

Exit codes: 0 no problem found, 1 the database is damaged, lacks a table, or cannot be opened.";

const DATABASE: &str = "database";
const INTEGRITY: &str = "integrity";
const SCHEMA: &str = "schema";
const CHECKS: [&str; 3] = [DATABASE, INTEGRITY, SCHEMA];
const RESTORE: &str = "Stop the server, keep a copy of the file, and restore a backup that \
                       passes \"leopard check\".";

pub async fn run(as_json: bool, config: &Config) -> Result<ExitCode, CliError> {
    config.database.must_exist()?;
    let mut report = Report::new(as_json, &CHECKS);
    examine(&config.database, &mut report).await?;
    report.finish(&name(&config.database));
    Ok(if report.has_problems() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
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
        Ok(None) => return Err(CliError("a database in memory has nothing to check".to_owned())),
        Err(failure) => {
            let (check, finding) = unopened(database, failure);
            report.add(check, finding);
            report.add(SCHEMA, not_checked("the database cannot be opened"));
            return Ok(());
        }
    };
    if let Database::Postgres(_) = database {
        report.add(DATABASE, ok("it answers"));
    }
    report.add(INTEGRITY, integrity(inspection.faults().await));
    let steps = leopard_migration::status(inspection.connection()).await;
    report.add(
        SCHEMA,
        match steps {
            Err(error) => schema_problem(error.to_string()),
            Ok(steps) => schema(&steps, inspection.check_schema().await),
        },
    );
    inspection.close().await.map_err(CliError::from)
}

fn unopened(database: &Database, failure: Failure) -> (&'static str, Finding) {
    match database {
        Database::Sqlite(_) | Database::Memory => (INTEGRITY, integrity(Err(failure))),
        Database::Postgres(_) => {
            let remedy = "Check that DATABASE_URL is right and that PostgreSQL runs.";
            (DATABASE, problem(detail(failure), remedy))
        }
    }
}

fn integrity(faults: Result<Option<Vec<String>>, Failure>) -> Finding {
    match faults {
        Ok(None) => not_checked("PostgreSQL checks its own pages where data checksums are on"),
        Ok(Some(faults)) if faults.is_empty() => ok("PRAGMA quick_check finds no damage"),
        Ok(Some(faults)) => problem(format!("the file is damaged: {}", faults.join("; ")), RESTORE),
        Err(failure) => problem(format!("the file cannot be read: {}", detail(failure)), RESTORE),
    }
}

/// Judges the migrations (name and whether applied), and whether all that they create exists.
fn schema(steps: &[(String, bool)], complete: Result<(), Failure>) -> Finding {
    let missing = steps.iter().filter(|(_, applied)| !applied).count();
    if missing > 0 {
        let detail = format!("{missing} of {} migrations are missing", steps.len());
        let remedy = "\"leopard migrate\" applies them, and so does the next \"leopard serve\".";
        return warning(detail, remedy);
    }
    match complete {
        Ok(()) => ok(format!("all {} migrations are applied", steps.len())),
        Err(failure) => schema_problem(detail(failure)),
    }
}

fn schema_problem(detail: String) -> Finding {
    problem(detail, "Use the version of leopard that created it, or restore a backup.")
}

/// Internal details are for the operator alone.
fn detail(failure: Failure) -> String {
    match failure {
        Failure::Busy(detail) | Failure::Unavailable(detail) | Failure::Internal(detail) => detail,
        other => other.to_string(),
    }
}
