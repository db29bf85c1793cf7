//! A new task, its tags and what is told about it in one statement of PostgreSQL: one trip, and a
//! transaction by itself.

use leopard_core::Failure;
use leopard_core::domain::change::TaskStored;
use leopard_core::domain::id::{TaskId, UserId};
use leopard_core::domain::notification::{NewNotification, Notification};
use leopard_core::domain::task::NewTask;
use sea_orm::sea_query::{
    CommonTableExpression, Expr, ExprTrait, InsertStatement, Order, Query, SelectStatement,
    SubQueryStatement, WithClause, WithQuery,
};
use sea_orm::{
    ActiveModelTrait, DbErr, EntityTrait, FromQueryResult, Iterable, QueryResult, QueryTrait,
};

use crate::sql::backend::error::failure;
use crate::sql::entity::{mailbox, notification, task, task_tag};
use crate::sql::notifications::append::{Places, all_of, raise};
use crate::sql::tasks::insert::TaskInsert;

/// What the statement calls its parts.
const TASK: &str = "task";
const TAGGED: &str = "tagged";
const RAISED: &str = "raised";
const TOLD: &str = "told";
/// The task's identity, in each row of the answer.
const MADE: &str = "made";

/// The statement that stores a new task on PostgreSQL; public so that it can be measured with nothing
/// around it. It answers a row for each notification, or one without any.
#[must_use]
pub fn statement(new: &NewTask, notifications: &[NewNotification]) -> WithQuery {
    let mut parts = WithClause::new();
    parts.cte(part(TASK, task(new)));
    if !new.tags.as_slice().is_empty() {
        parts.cte(part(TAGGED, tags(new)));
    }
    let mut answer = Query::select();
    answer
        .expr_as(Expr::col((TASK, task::Column::Id)), MADE)
        .from(TASK);
    if !notifications.is_empty() {
        let places = Places::of(&all_of(notifications));
        parts.cte(part(RAISED, raise(&places.growth)));
        parts.cte(part(TOLD, told(notifications, &places)));
        answer
            .columns(notification::Column::iter().map(|column| (TOLD, column)))
            .from(TOLD)
            .order_by((TOLD, notification::Column::Id), Order::Asc);
    }
    parts.query(answer)
}

/// What the rows say the change has become.
pub(in crate::sql) fn stored(
    change: TaskInsert,
    rows: &[QueryResult],
) -> Result<TaskStored, Failure> {
    let lost = || Failure::Internal("a task was written and not answered".to_owned());
    let made: i64 = rows
        .first()
        .ok_or_else(lost)?
        .try_get("", MADE)
        .map_err(failure)?;
    let told = if change.notifications.is_empty() {
        &[]
    } else {
        rows
    };
    Ok(TaskStored {
        task: change.insert.into_task(TaskId(made)),
        comment: None,
        notifications: told.iter().map(notification_of).collect::<Result<_, _>>()?,
    })
}

fn notification_of(row: &QueryResult) -> Result<Notification, Failure> {
    let row: Result<_, DbErr> = notification::Model::from_query_result(row, "");
    row.map_err(failure)?.try_into()
}

fn part(name: &'static str, statement: impl Into<SubQueryStatement>) -> CommonTableExpression {
    CommonTableExpression::new()
        .table_name(name)
        .query(statement)
        .to_owned()
}

fn task(new: &NewTask) -> InsertStatement {
    let row = task::ActiveModel::of_new(new.clone());
    task::Entity::insert(row)
        .into_query()
        .returning_col(task::Column::Id)
        .to_owned()
}

fn tags(new: &NewTask) -> InsertStatement {
    let rows = task_tag::rows(TaskId(0), new.tags.as_slice());
    insert(rows, |_, column| match column {
        task_tag::Column::TaskId => Some(made().into()),
        _ => None,
    })
}

/// The notifications; their sequences follow from the heads that the mailboxes have now.
fn told(new: &[NewNotification], places: &Places) -> InsertStatement {
    let rows = new
        .iter()
        .map(|new| notification::ActiveModel::of_new(new.clone().about(TaskId(0)), 0));
    insert(rows, |index, column| match column {
        notification::Column::TaskId => Some(made().into()),
        notification::Column::Sequence => {
            let head = Expr::from(head(new[index].recipient));
            Some(head.sub(places.later[index]))
        }
        _ => None,
    })
    .returning(Query::returning().columns(notification::Column::iter()))
    .to_owned()
}

/// The identity of the task.
fn made() -> SelectStatement {
    Query::select()
        .column(task::Column::Id)
        .from(TASK)
        .to_owned()
}

fn head(user: UserId) -> SelectStatement {
    Query::select()
        .column(mailbox::Column::Head)
        .from(RAISED)
        .and_where(Expr::col(mailbox::Column::UserId).eq(user.0))
        .to_owned()
}

/// Inserts these rows, all with the same columns; what `instead` gives for a row and a column takes
/// the place of the row's own value.
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
