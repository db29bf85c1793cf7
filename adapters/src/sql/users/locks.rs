//! Locks on users, held until their transaction ends.

use chrono::{DateTime, Utc};
use leopard_core::domain::access;
use leopard_core::domain::account::User;
use leopard_core::domain::change::Administrator;
use leopard_core::domain::id::UserId;
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::sql::backend::error::SqlError;
use crate::sql::backend::{Backend, Executor, postgres};
use crate::sql::entity::user::{Column, Entity, Model};

/// Advisory lock for changes that depend on all users: "leopard" and a letter, a number of no other lock.
const ALL_USERS: i64 = 0x6c65_6f70_6172_6455;

/// Reads the user and locks the row; other rows may still refer to it.
pub(super) async fn lock(
    transaction: Executor<'_>,
    user: UserId,
) -> Result<Option<Model>, SqlError> {
    transaction.one(Entity::find_by_id(user.0).lock(LockType::NoKeyUpdate)).await
}

/// Locks the user, and refuses one whose password has changed since it was read.
pub(super) async fn lock_unchanged(
    transaction: Executor<'_>,
    user: UserId,
    tokens_valid_from: DateTime<Utc>,
) -> Result<(), SqlError> {
    let user = lock(transaction, user).await?.map(User::from);
    Ok(User::check_same_password(user.as_ref(), tokens_valid_from)?)
}

/// Locks the author of a change and the user to be changed, in the order of their ids, so that two
/// administrators who change each other do not deadlock; refuses an author who may not change the user.
pub(super) async fn lock_administrator(
    transaction: Executor<'_>,
    by: Administrator,
    user: Option<UserId>,
) -> Result<(), SqlError> {
    let Some(author) = by.user() else {
        return Ok(());
    };
    let ids = std::iter::once(author).chain(user);
    let users = Entity::find()
        .filter(Column::Id.is_in(ids.map(|id| id.0)))
        .order_by_asc(Column::Id)
        .lock(LockType::NoKeyUpdate);
    let locked: Vec<User> = transaction.all(users).await?.into_iter().map(User::from).collect();
    let find = |id| locked.iter().find(|locked| locked.id == id);
    Ok(access::check_administrator(by, find(author), user.and_then(find))?)
}

/// Waits for other changes that depend on all users. `SQLite` has one writer anyway; on PostgreSQL two such
/// changes could each rely on what the other is about to change.
pub(super) async fn lock_all_users(transaction: Executor<'_>) -> Result<(), SqlError> {
    match transaction.backend()? {
        Backend::Sqlite => Ok(()),
        Backend::Postgres => Ok(postgres::advisory_lock(transaction, ALL_USERS).await?),
    }
}
