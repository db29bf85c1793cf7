//! New tasks with their tags, notifications and idempotency keys in one PostgreSQL statement: one round
//! trip, and a transaction by itself. Its text depends on neither the number nor the values of the tasks.

use std::collections::HashMap;

use leopard_core::Failure;
use leopard_core::domain::change::TaskStored;
use leopard_core::domain::id::{NotificationId, TaskId, UserId};
use leopard_core::domain::idempotency::{Committed, Outcome};
use sea_orm::sqlx::Row as _;
use sea_orm::sqlx::postgres::PgRow;
use sea_orm::{ActiveModelTrait, NotSet};

use super::insert::{TaskInsert, not_returned};
use crate::sql::backend::error::SqlError;
use crate::sql::backend::{ArrayRows, Arrays};
use crate::sql::commit::SingleStatement;
use crate::sql::entity::{idempotency_key, notification, task, task_tag};
use crate::sql::idempotency::Once;
use crate::sql::notifications::append::Positions;

pub(super) fn single_statement(
    inserts: &[Once<TaskInsert>],
) -> Result<SingleStatement<Once<TaskInsert>>, SqlError> {
    let mut arguments = Arrays::default();
    let parts = [
        tasks(&mut arguments, inserts)?,
        tags(&mut arguments, inserts)?,
        keys(&mut arguments, inserts)?,
        notifications(&mut arguments, inserts)?,
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    let has_notifications = inserts.iter().any(|insert| !insert.change.notifications.is_empty());
    let appended = if has_notifications {
        " UNION ALL SELECT id, user_id, sequence FROM appended"
    } else {
        ""
    };
    let sql = format!("WITH {} SELECT id, NULL, NULL FROM task{appended}", parts.join(", "));
    Ok(SingleStatement { sql, arguments, stored })
}

/// The tasks, and the number of each in order: ids are assigned in the order of insertion.
fn tasks(arguments: &mut Arrays, inserts: &[Once<TaskInsert>]) -> Result<Option<String>, SqlError> {
    let rows = inserts.iter().map(|insert| task::ActiveModel::of_new(insert.change.task.clone()));
    let ArrayRows { columns, arrays } = arguments.add_rows(&rows.collect::<Vec<_>>())?;
    Ok(Some(format!(
        "task AS (INSERT INTO tasks ({columns}) SELECT {columns} FROM unnest({arrays}) \
           WITH ORDINALITY AS given ({columns}, place) ORDER BY place RETURNING id), \
         numbered AS (SELECT id AS new_id, row_number() OVER (ORDER BY id) AS number FROM task)"
    )))
}

fn tags(arguments: &mut Arrays, inserts: &[Once<TaskInsert>]) -> Result<Option<String>, SqlError> {
    let of_tasks = of_tasks(arguments, inserts, |insert| {
        let rows = task_tag::rows(TaskId(0), insert.change.task.tags.as_slice());
        rows.map(|row| task_tag::ActiveModel { task_id: NotSet, ..row }).collect()
    })?;
    let tagged = |(columns, rows)| {
        format!(
            "tagged AS (INSERT INTO task_tags (task_id, {columns}) SELECT new_id, {columns} {rows})"
        )
    };
    Ok(of_tasks.map(tagged))
}

/// The keys with the ids of their tasks. A key that exists refuses the statement: each change is then
/// written alone, and takes over a key that has expired.
fn keys(arguments: &mut Arrays, inserts: &[Once<TaskInsert>]) -> Result<Option<String>, SqlError> {
    let of_tasks = of_tasks(arguments, inserts, |insert| {
        let rows = insert.key.iter().map(idempotency_key::ActiveModel::of_new);
        rows.map(|row| idempotency_key::ActiveModel { created_ids: NotSet, ..row }).collect()
    })?;
    let keyed = |(columns, rows)| {
        format!(
            "keyed AS (INSERT INTO idempotency_keys (made, {columns}) \
             SELECT new_id::text, {columns} {rows})"
        )
    };
    Ok(of_tasks.map(keyed))
}

/// The columns of rows that belong to the tasks, and where the statement takes them from, each with the new
/// id of its task; `None` if there are no rows.
fn of_tasks<A: ActiveModelTrait>(
    arguments: &mut Arrays,
    inserts: &[Once<TaskInsert>],
    rows_of: impl Fn(&Once<TaskInsert>) -> Vec<A>,
) -> Result<Option<(String, String)>, SqlError> {
    let (numbers, rows) = numbered(inserts, rows_of);
    if rows.is_empty() {
        return Ok(None);
    }
    let ArrayRows { columns, arrays } = arguments.add_rows(&rows)?;
    let numbers = arguments.add(numbers)?;
    let from = format!(
        "FROM unnest({arrays}, {numbers}) AS given ({columns}, number) JOIN numbered USING (number)"
    );
    Ok(Some((columns, from)))
}

/// The rows of all tasks, and the number of the task of each.
fn numbered<A>(
    inserts: &[Once<TaskInsert>],
    rows_of: impl Fn(&Once<TaskInsert>) -> Vec<A>,
) -> (Vec<i64>, Vec<A>) {
    let numbered = (1..).zip(inserts);
    let of_each = |(number, insert)| rows_of(insert).into_iter().map(move |row| (number, row));
    numbered.flat_map(of_each).unzip()
}

/// Raises the mailboxes in the order of their users, so that statements do not deadlock, and appends the
/// notifications, whose sequences follow from the raised heads.
fn notifications(
    arguments: &mut Arrays,
    inserts: &[Once<TaskInsert>],
) -> Result<Option<String>, SqlError> {
    let (numbers, rows) = numbered(inserts, |insert| {
        let rows = insert.change.notifications.iter().map(|new| notification::ActiveModel {
            task_id: NotSet,
            sequence: NotSet,
            ..notification::ActiveModel::of_new(new.clone().about(TaskId(0)), 0)
        });
        rows.collect()
    });
    if rows.is_empty() {
        return Ok(None);
    }
    let Positions { growth, later } = Positions::of(&recipients(inserts));
    let (users, counts): (Vec<i64>, Vec<i64>) =
        growth.into_iter().map(|(user, count)| (user.0, count)).unzip();
    let (users, counts) = (arguments.add(users)?, arguments.add(counts)?);
    let ArrayRows { columns, arrays } = arguments.add_rows(&rows)?;
    let (numbers, later) = (arguments.add(numbers)?, arguments.add(later)?);
    Ok(Some(format!(
        "raised AS (INSERT INTO mailboxes AS mailbox (user_id, head, state, unread) \
           SELECT user_id, count, 0, count FROM unnest({users}, {counts}) AS given (user_id, count) \
           ORDER BY user_id ON CONFLICT (user_id) DO UPDATE \
           SET head = mailbox.head + excluded.head, unread = mailbox.unread + excluded.unread \
           RETURNING user_id AS owner, head), \
         appended AS (INSERT INTO notifications (task_id, sequence, {columns}) \
           SELECT new_id, head - later, {columns} FROM unnest({arrays}, {numbers}, {later}) \
           WITH ORDINALITY AS given ({columns}, number, later, place) \
           JOIN raised ON owner = user_id JOIN numbered USING (number) ORDER BY place \
           RETURNING id, user_id, sequence)"
    )))
}

fn recipients(inserts: &[Once<TaskInsert>]) -> Vec<UserId> {
    let notifications = inserts.iter().flat_map(|insert| &insert.change.notifications);
    notifications.map(|new| new.recipient).collect()
}

fn stored(
    inserts: Vec<Once<TaskInsert>>,
    rows: &[PgRow],
) -> Result<Vec<Committed<TaskStored>>, SqlError> {
    let mut tasks = Vec::with_capacity(inserts.len());
    let mut heads: HashMap<i64, i64> = HashMap::new();
    let mut appended: HashMap<(i64, i64), i64> = HashMap::new();
    for row in rows {
        let id: i64 = row.try_get(0)?;
        let position: (Option<i64>, Option<i64>) = (row.try_get(1)?, row.try_get(2)?);
        let (Some(user), Some(sequence)) = position else {
            tasks.push(id);
            continue;
        };
        let head = heads.entry(user).or_default();
        *head = sequence.max(*head);
        appended.insert((user, sequence), id);
    }
    // Rows may come in any order.
    tasks.sort_unstable();
    let later = Positions::of(&recipients(&inserts)).later;
    let mut later = later.into_iter();
    let mut stored = Vec::with_capacity(inserts.len());
    for (insert, id) in inserts.into_iter().zip(tasks) {
        let TaskInsert { task, notifications } = insert.change;
        let task = task.into_task(TaskId(id));
        let notifications = notifications.into_iter().zip(later.by_ref()).map(|(new, later)| {
            let user = new.recipient.0;
            let sequence = heads.get(&user).ok_or_else(not_returned)? - later;
            let id = appended.get(&(user, sequence)).ok_or_else(not_returned)?;
            Ok(new.about(task.id).into_notification(NotificationId(*id), sequence))
        });
        let notifications = notifications.collect::<Result<_, Failure>>()?;
        stored.push(Outcome::Created(TaskStored { task, comment: None, notifications }));
    }
    Ok(stored)
}
