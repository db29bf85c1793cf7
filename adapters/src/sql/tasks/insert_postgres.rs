//! A new task, its tags and notifications in one PostgreSQL statement: one round trip, and a transaction by
//! itself.

use leopard_core::domain::change::TaskStored;
use leopard_core::domain::id::{TaskId, UserId};
use leopard_core::domain::notification::{NewNotification, Notification};
use leopard_core::domain::task::NewTask;
use sea_orm::sea_query::{
    CommonTableExpression, Expr, ExprTrait, InsertStatement, Order, Query, SelectStatement,
    SubQueryStatement, WithClause, WithQuery,
};
use sea_orm::{ActiveModelTrait, EntityTrait, FromQueryResult, Iterable, QueryResult, QueryTrait};

use super::insert::{TaskInsert, not_returned};
use crate::sql::backend::error::SqlError;
use crate::sql::entity::{mailbox, notification, task, task_tag};
use crate::sql::notifications::append::{Positions, raise, recipients};

/// Names of the statement's common table expressions.
const TASK: &str = "task";
const TAGGED: &str = "tagged";
const RAISED: &str = "raised";
const APPENDED: &str = "appended";
/// The column with the id of the task, in each returned row.
const NEW_ID: &str = "new_id";

/// The statement that stores a new task on PostgreSQL; public so that a benchmark can measure it alone.
/// It returns a row per notification, or one row if there are none.
#[must_use]
pub fn statement(new: &NewTask, notifications: &[NewNotification]) -> WithQuery {
    let mut parts = WithClause::new();
    parts.cte(part(TASK, task(new)));
    if !new.tags.as_slice().is_empty() {
        parts.cte(part(TAGGED, tags(new)));
    }
    let mut answer = Query::select();
    answer.expr_as(Expr::col((TASK, task::Column::Id)), NEW_ID).from(TASK);
    if !notifications.is_empty() {
        let positions = Positions::of(&recipients(notifications));
        parts.cte(part(RAISED, raise(&positions.growth)));
        parts.cte(part(APPENDED, appended(notifications, &positions)));
        answer
            .columns(notification::Column::iter().map(|column| (APPENDED, column)))
            .from(APPENDED)
            .order_by((APPENDED, notification::Column::Id), Order::Asc);
    }
    parts.query(answer)
}

pub(in crate::sql) fn stored(
    change: TaskInsert,
    rows: &[QueryResult],
) -> Result<TaskStored, SqlError> {
    let id: i64 = rows.first().ok_or_else(not_returned)?.try_get("", NEW_ID)?;
    let appended = if change.notifications.is_empty() { &[] } else { rows };
    Ok(TaskStored {
        task: change.task.into_task(TaskId(id)),
        comment: None,
        notifications: appended.iter().map(notification_of).collect::<Result<_, _>>()?,
    })
}

fn notification_of(row: &QueryResult) -> Result<Notification, SqlError> {
    Ok(notification::Model::from_query_result(row, "")?.try_into()?)
}

fn part(name: &'static str, statement: impl Into<SubQueryStatement>) -> CommonTableExpression {
    CommonTableExpression::new().table_name(name).query(statement).to_owned()
}

fn task(new: &NewTask) -> InsertStatement {
    let row = task::ActiveModel::of_new(new.clone());
    task::Entity::insert(row).into_query().returning_col(task::Column::Id).to_owned()
}

fn tags(new: &NewTask) -> InsertStatement {
    let rows = task_tag::rows(TaskId(0), new.tags.as_slice());
    insert(rows, |_, column| match column {
        task_tag::Column::TaskId => Some(new_id().into()),
        _ => None,
    })
}

/// Inserts the notifications; their sequences follow from the raised heads of the mailboxes.
fn appended(new: &[NewNotification], positions: &Positions) -> InsertStatement {
    let rows =
        new.iter().map(|new| notification::ActiveModel::of_new(new.clone().about(TaskId(0)), 0));
    insert(rows, |index, column| match column {
        notification::Column::TaskId => Some(new_id().into()),
        notification::Column::Sequence => {
            let head = Expr::from(head(new[index].recipient));
            Some(head.sub(positions.later[index]))
        }
        _ => None,
    })
    .returning(Query::returning().columns(notification::Column::iter()))
    .to_owned()
}

fn new_id() -> SelectStatement {
    Query::select().column(task::Column::Id).from(TASK).to_owned()
}

fn head(user: UserId) -> SelectStatement {
    Query::select()
        .column(mailbox::Column::Head)
        .from(RAISED)
        .and_where(Expr::col(mailbox::Column::UserId).eq(user.0))
        .to_owned()
}

/// Inserts these rows, which all set the same columns; `instead` may replace the value of a row's column.
fn insert<A: ActiveModelTrait>(
    rows: impl Iterator<Item = A>,
    instead: impl Fn(usize, <A::Entity as EntityTrait>::Column) -> Option<Expr>,
) -> InsertStatement {
    let mut insert = Query::insert();
    insert.into_table(A::Entity::default());
    for (index, row) in rows.enumerate() {
        let (columns, values): (Vec<_>, Vec<_>) = <A::Entity as EntityTrait>::Column::iter()
            .filter_map(|column| {
                let value = row.get(column).into_value()?;
                let value = instead(index, column).unwrap_or_else(|| Expr::value(value));
                Some((column, value))
            })
            .unzip();
        insert.columns(columns).values_panic(values);
    }
    insert
}
