//! `leopard task`

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use leopard_core::Failure;
use leopard_core::domain::task::{Detail, Priority, Tags, Title};
use leopard_core::service::tasks::CreateTask;

use super::first_user::FIRST_USER;
use super::output::print;
use super::time;
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
    /// Due date: an RFC 3339 time (UTC without an offset), +90m, +12h, +1d, +2w from now, or none
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
            due_date: self.due_date(node.core.clock.now())?,
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

impl Create {
    fn due_date(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, CliError> {
        if self.due == "none" {
            return Ok(None);
        }
        time::parse("due", &self.due, now).map(Some)
    }
}

fn priority(name: &str) -> Result<Priority, String> {
    Priority::parse(&name.to_ascii_uppercase())
        .ok_or_else(|| "must be LOW, MEDIUM, HIGH or URGENT".to_owned())
}
