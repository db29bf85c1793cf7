use leopard_core::Failure;
use leopard_core::domain::id::{TaskId, UserId};
use leopard_core::domain::task::{Reminder, SentReminder};
use sea_orm::Set;
use sea_orm::entity::prelude::*;

use super::not_understood;

table! {
    #[sea_orm(table_name = "task_reminders")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub task_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub due_date: DateTimeUtc,
        #[sea_orm(primary_key, auto_increment = false)]
        pub reminder: String,
    }
}

impl ActiveModel {
    pub(in crate::sql) fn of(task: TaskId, sent: SentReminder) -> Self {
        Self {
            task_id: Set(task.0),
            user_id: Set(sent.user.0),
            due_date: Set(sent.due_date),
            reminder: Set(sent.reminder.as_str().to_owned()),
        }
    }
}

impl TryFrom<Model> for SentReminder {
    type Error = Failure;

    fn try_from(row: Model) -> Result<Self, Failure> {
        let place = || format!("task {}", row.task_id);
        Ok(Self {
            user: UserId(row.user_id),
            due_date: row.due_date,
            reminder: Reminder::parse(&row.reminder)
                .ok_or_else(|| not_understood(&place(), "reminder"))?,
        })
    }
}
