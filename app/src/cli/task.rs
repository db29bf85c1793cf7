//! `leopard task`

use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, Subcommand};
use leopard_core::Failure;
use leopard_core::domain::task::{Detail, Priority, Tags, Title};
use leopard_core::domain::timestamp;
use leopard_core::service::tasks::CreateTask;

use super::first_user::FIRST_USER;
use super::output::print;
use crate::cli_error::CliError;
use crate::wiring::Node;

#[derive(Subcommand)]
pub enum Action {
    /// Create tasks; open streams of a running server show them within 2 seconds
    Create(Create),
}

#[derive(Args)]
pub struct Create {
    /// Name of the assignee
    #[arg(long, value_name = "NAME")]
    assigned_to: String,
    /// Title
    #[arg(long, value_name = "TEXT")]
    title: String,
    /// Description [default: the title]
    #[arg(long, value_name = "TEXT")]
    detail: Option<String>,
    /// Due date: an RFC 3339 time (UTC without an offset), or +90m, +12h, +1d, +2w from now
    #[arg(long, value_name = "TIME", default_value = "+1d")]
    due: String,
    /// Priority: LOW, MEDIUM, HIGH or URGENT
    #[arg(long, value_name = "PRIORITY", default_value = "MEDIUM", value_parser = priority)]
    priority: Priority,
    /// Number of tasks
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    count: u32,
    /// Name of the creator
    #[arg(long = "as", value_name = "NAME", default_value = FIRST_USER)]
    caller: String,
}

impl Action {
    pub async fn run(self, node: &Node) -> Result<(), CliError> {
        let Self::Create(create) = self;
        create.run(node).await
    }
}

impl Create {
    async fn run(&self, node: &Node) -> Result<(), CliError> {
        let caller = node.core.accounts.active_user_named(self.caller.clone(), "as").await?;
        let assignee =
            node.core.accounts.active_user_named(self.assigned_to.clone(), "assigned_to").await?;
        let detail = self.detail.clone().unwrap_or_else(|| self.title.clone());
        let request = CreateTask {
            title: Title::new(self.title.clone()).map_err(|e| Failure::field("title", e))?,
            detail: Detail::new(detail).map_err(|e| Failure::field("detail", e))?,
            due_date: due(&self.due, node.core.clock.now())?,
            priority: self.priority,
            assigned_to: Some(assignee.id),
            assigned_by: None,
            tags: Tags::default(),
            linked_entity: None,
        };
        // The limit of created tasks is for the API, not for the operator.
        let tasks = node.core.tasks.clone().without_rate_limit();
        for _ in 0..self.count {
            let created = tasks.create(&caller, request.clone(), None).await?;
            let task = created.into_value().task;
            print(format!("Created task {} for {}: {}", task.id, self.assigned_to, task.title));
        }
        Ok(())
    }
}

fn priority(name: &str) -> Result<Priority, String> {
    Priority::parse(&name.to_ascii_uppercase())
        .ok_or_else(|| "must be LOW, MEDIUM, HIGH or URGENT".to_owned())
}

fn due(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, CliError> {
    let parsed = match text.strip_prefix('+') {
        Some(text) => duration(text).and_then(|duration| timestamp::later(now, duration).ok()),
        None => timestamp::parse(text).ok(),
    };
    let example = "2026-12-10T12:00:00Z or +1d";
    parsed.ok_or_else(|| CliError(format!("--due \"{text}\" must be a time such as {example}")))
}

/// Parses `90m`, `12h`, `1d` or `2w`.
fn duration(text: &str) -> Option<TimeDelta> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: i64 = number.parse::<u32>().ok()?.into();
    match unit {
        "m" => TimeDelta::try_minutes(number),
        "h" => TimeDelta::try_hours(number),
        "d" => TimeDelta::try_days(number),
        "w" => TimeDelta::try_weeks(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn due_date_is_a_time_or_a_duration_from_now() {
        let now = DateTime::UNIX_EPOCH;
        let at = |text: &str| due(text, now).map(|due| due.timestamp());
        assert_eq!(at("+90m"), Ok(5_400));
        assert_eq!(at("+1d"), Ok(86_400));
        assert_eq!(at("1970-01-01T02:00:00+01:00"), Ok(3_600));
        assert_eq!(at("1970-01-01T01:00"), Ok(3_600));
        for wrong in [
            "+",
            "+d",
            "+1y",
            "+-1d",
            "tomorrow",
            "+1é",
            "+4294967d",
            "+4294967295w",
            "1970-01-01T23:59:60Z",
            "0000-01-01T00:00:00Z",
        ] {
            assert!(at(wrong).is_err(), "{wrong}");
        }
    }
}
