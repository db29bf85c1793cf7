//! Lists of tasks: scope, filter and order in SQL, as specified by
//! [`TaskScope::includes`],
//! [`TaskFilter::matches`](leopard_core::domain::task::filter::TaskFilter::matches) and
//! [`TaskOrder::compare`](leopard_core::domain::task::filter::TaskOrder::compare).

use leopard_core::domain::id::UserId;
use leopard_core::domain::page::Page;
use leopard_core::domain::task::filter::{DueFilter, Filter, TaskFilter, TaskOrder};
use leopard_core::domain::task::{Priority, Status, Task, TaskScope};
use leopard_core::port::TaskQuery;
use sea_orm::prelude::DateTimeUtc;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, LikeExpr, Query};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::rows;
use crate::sql::backend::Executor;
use crate::sql::backend::error::SqlError;
use crate::sql::backend::page::rows_of;
use crate::sql::entity::task::{Column, Entity, Model, NO_DUE_DATE};
use crate::sql::entity::task_tag;

/// Escapes wildcards in a pattern.
const ESCAPE: char = '\\';

pub(super) async fn page(snapshot: Executor<'_>, query: TaskQuery) -> Result<Page<Task>, SqlError> {
    let request = query.page;
    let (total, rows) = match query.order {
        TaskOrder::EarliestDue => earliest_due(snapshot, query).await?,
        _ => rows_of(snapshot, select(query), request).await?,
    };
    Ok(Page { total, request, items: rows::without_comments(snapshot, rows).await? })
}

fn select(query: TaskQuery) -> Select<Entity> {
    let rows =
        Entity::find().filter(within(query.scope)).filter(matching(query.filter, query.scope));
    let rows = match query.order {
        TaskOrder::LatestDue => rows,
        TaskOrder::EarliestDue => rows.order_by_asc(Column::DueDate),
        TaskOrder::Newest => rows.order_by_desc(Column::CreatedAt),
        TaskOrder::Oldest => rows.order_by_asc(Column::CreatedAt),
        TaskOrder::MostUrgent => rows.order_by(rank(), Order::Desc),
        TaskOrder::LeastUrgent => rows.order_by(rank(), Order::Asc),
    };
    rows.order_by_desc(Column::DueDate).order_by_desc(Column::CreatedAt).order_by_desc(Column::Id)
}

/// First the tasks with a due date, in the order of an index, then the others.
async fn earliest_due(
    snapshot: Executor<'_>,
    query: TaskQuery,
) -> Result<(u64, Vec<Model>), SqlError> {
    let request = query.page;
    let all = select(query);
    let has_date = all.clone().filter(Column::DueDate.gt(NO_DUE_DATE));
    let has_none = all.clone().filter(Column::DueDate.eq(NO_DUE_DATE));
    let total = snapshot.count(all).await?;
    let (offset, size) = (request.offset(), request.size());
    if offset >= total {
        return Ok((total, vec![]));
    }
    let mut rows = snapshot.all(has_date.clone().offset(offset).limit(size)).await?;
    let missing = size - rows.len() as u64;
    if missing > 0 && offset + (rows.len() as u64) < total {
        let skipped = match rows.len() as u64 {
            0 => offset - snapshot.count(has_date).await?,
            _ => 0,
        };
        rows.extend(snapshot.all(has_none.offset(skipped).limit(missing)).await?);
    }
    Ok((total, rows))
}

fn within(scope: TaskScope) -> Condition {
    match scope {
        TaskScope::AssignedTo(user) => Condition::all().add(Column::AssignedTo.eq(user.0)),
        TaskScope::Involving(user) => Condition::any()
            .add(Column::AssignedTo.eq(user.0))
            // Most assigners created the task; the index of assigners holds only the others.
            .add(
                Column::AssignedBy
                    .eq(user.0)
                    .and(Expr::col(Column::AssignedBy).ne(Expr::col(Column::CreatedBy))),
            )
            .add(Column::CreatedBy.eq(user.0)),
        TaskScope::Everyone => Condition::all(),
    }
}

fn matching(filter: TaskFilter, scope: TaskScope) -> Condition {
    Condition::all()
        .add_option(one_of(filter.status, Column::Status, Status::as_str))
        .add_option(one_of(filter.priority, Column::Priority, Priority::as_str))
        .add_option(due(filter.due))
        .add_option(assigned_to(filter.assigned_to, scope))
        .add_option(users(filter.assigned_by, Column::AssignedBy, scope))
        .add_option(users(filter.created_by, Column::CreatedBy, scope))
        .add_option(filter.due_after.map(|from| Column::DueDate.gte(from)))
        .add_option(filter.due_before.map(due_before))
        .add_option(filter.updated_since.map(|from| Column::UpdatedAt.gte(from)))
        .add_option(filter.tag.map(|tag| tagged(tag, scope)))
        .add_option(filter.linked_kind.map(|kind| Column::LinkedEntityType.eq(kind)))
        .add_option(filter.linked_id.map(|id| Column::LinkedEntityId.eq(id)))
        .add_option(filter.search.map(|text| containing(text.as_str())))
}

fn one_of<T>(wanted: Filter<T>, column: Column, name: fn(T) -> &'static str) -> Option<Expr> {
    match wanted {
        Filter::Any => None,
        Filter::OneOf(values) => Some(column.is_in(values.into_iter().map(name))),
    }
}

fn assigned_to(wanted: Filter<Option<UserId>>, scope: TaskScope) -> Option<Condition> {
    let Filter::OneOf(assignees) = wanted else { return None };
    let assignee = || user_column(Column::AssignedTo, scope);
    let users = assignees.iter().flatten().map(|user| user.0);
    let unassigned = assignees.contains(&None).then(|| assignee().is_null());
    Some(Condition::any().add(assignee().is_in(users)).add_option(unassigned))
}

fn users(wanted: Filter<UserId>, column: Column, scope: TaskScope) -> Option<Expr> {
    let Filter::OneOf(users) = wanted else { return None };
    Some(user_column(column, scope).is_in(users.into_iter().map(|user| user.0)))
}

/// Among all tasks, those of a user are looked up by index. A user's own tasks are few, so each is checked; the
/// sum hides the column from the planner, which would otherwise read every task of the other user, or every task
/// that is not assigned.
fn user_column(column: Column, scope: TaskScope) -> Expr {
    let column = Expr::col(column);
    if scope == TaskScope::Everyone { column } else { column.add(0_i64) }
}

fn due(wanted: DueFilter) -> Option<Condition> {
    let closed = || {
        let closed = Status::ALL.into_iter().filter(|status| status.is_closed());
        closed.map(Status::as_str)
    };
    let open = || Condition::all().add(Column::Status.is_not_in(closed()));
    match wanted {
        DueFilter::Any => None,
        DueFilter::Overdue(now) => Some(open().add(due_before(now))),
        DueFilter::NotOverdue(now) => {
            let is_closed = Column::Status.is_in(closed());
            let has_none = Column::DueDate.eq(NO_DUE_DATE);
            Some(Condition::any().add(is_closed).add(Column::DueDate.gte(now)).add(has_none))
        }
        DueFilter::Between(from, until) => {
            Some(open().add(Column::DueDate.gte(from)).add(Column::DueDate.lte(until)))
        }
    }
}

fn due_before(end: DateTimeUtc) -> Expr {
    Column::DueDate.gt(NO_DUE_DATE).and(Column::DueDate.lt(end))
}

/// Among all tasks, those with the tag are looked up by index. A user's own tasks are few, so each is
/// checked for the tag.
fn tagged(tag: String, scope: TaskScope) -> Expr {
    let mut tagged =
        Query::select().from(task_tag::Entity).and_where(task_tag::Column::Tag.eq(tag)).take();
    if scope == TaskScope::Everyone {
        return Column::Id.in_subquery(tagged.column(task_tag::Column::TaskId).take());
    }
    let task = Expr::col((task_tag::Entity, task_tag::Column::TaskId));
    let is_of_row = task.equals((Entity, Column::Id));
    Expr::exists(tagged.expr(Expr::val(1)).and_where(is_of_row).take())
}

/// Matches the text literally.
fn containing(text: &str) -> Expr {
    let mut pattern = String::from("%");
    for character in text.chars() {
        if matches!(character, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(character);
    }
    pattern.push('%');
    Expr::col(Column::SearchText).like(LikeExpr::new(pattern).escape(ESCAPE))
}

/// The rank of the task's priority, by which lists are sorted.
fn rank() -> Expr {
    let ranks = (0..).zip(Priority::ALL);
    let ranks = ranks.fold(CaseStatement::new(), |ranks, (rank, priority)| {
        ranks.case(Column::Priority.eq(priority.as_str()), rank)
    });
    ranks.into()
}

#[cfg(test)]
mod tests {
    use leopard_core::domain::page::PageRequest;
    use sea_orm::{DbBackend, QueryTrait};

    use super::*;

    #[test]
    fn users_of_a_filter_choose_the_index_only_among_all_tasks() {
        let [caller, other] = [UserId(1), UserId(2)];
        let filter = TaskFilter {
            assigned_to: Filter::OneOf(vec![None, Some(other)]),
            assigned_by: Filter::OneOf(vec![other]),
            created_by: Filter::OneOf(vec![other]),
            ..TaskFilter::default()
        };
        for backend in [DbBackend::Sqlite, DbBackend::Postgres] {
            for (scope, hidden) in [
                (TaskScope::Everyone, 0),
                (TaskScope::AssignedTo(caller), 4),
                (TaskScope::Involving(caller), 4),
            ] {
                let (order, page) = (TaskOrder::default(), PageRequest::first(10));
                let query = TaskQuery { caller, scope, filter: filter.clone(), order, page };
                let sql = select(query).build(backend).to_string();
                assert_eq!(sql.matches(" + 0").count(), hidden, "{sql}");
            }
        }
    }
}
