//! Changes of users.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use leopard_core::Failure;
use leopard_core::domain::access;
use leopard_core::domain::account::{NewUser, PasswordHash, User, UserEdit};
use leopard_core::domain::change::{Administrator, PasswordSetter, UserChange};
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::PreferencesEdit;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, EntityTrait, Iterable, QueryFilter, QueryTrait};

use super::directory;
use super::locks::{lock, lock_administrator, lock_all_users, lock_unchanged};
use super::sessions::revoke;
use crate::sql::backend::Executor;
use crate::sql::backend::error::SqlError;
use crate::sql::commit::Change;
use crate::sql::entity::session;
use crate::sql::entity::user::{ActiveModel, Column, Entity, Model, StoredHash, TypeNames};
use crate::sql::idempotency::KeyedChange;

#[async_trait]
impl Change for UserChange {
    type Stored = User;

    async fn write(self, transaction: Executor<'_>) -> Result<User, SqlError> {
        match self {
            Self::Create { user, by } => {
                lock_administrator(transaction, by, None).await?;
                create(transaction, user).await
            }
            Self::CreateFirst(user) => {
                lock_all_users(transaction).await?;
                access::check_first_user(transaction.count(Entity::find()).await?)?;
                create(transaction, user).await
            }
            Self::SetPassword { user, password, at, by } => {
                set_password(transaction, user, password, at, by).await
            }
            Self::Edit { user, edit, by } => edit_user(transaction, user, edit, by).await,
            Self::SetPreferences { user, edit } => set_preferences(transaction, user, &edit).await,
            Self::Deactivate(user) => {
                let columns = vec![(Column::IsActive, Expr::value(false))];
                let changed = update(transaction, user, columns).await?;
                directory::rewrite_words(transaction, &changed).await?;
                Ok(changed.into())
            }
        }
    }
}

impl KeyedChange for UserChange {}

async fn create(transaction: Executor<'_>, user: NewUser) -> Result<User, SqlError> {
    let row = transaction.insert(ActiveModel::of_new(user)).await;
    let row = row.map_err(SqlError::conflict_if_taken)?;
    let not_returned = || Failure::Internal("a user was written but not returned".to_owned());
    let row = row.ok_or_else(not_returned)?;
    directory::write_words(transaction, &row).await?;
    Ok(row.into())
}

async fn set_password(
    transaction: Executor<'_>,
    user: UserId,
    password: PasswordHash,
    at: DateTime<Utc>,
    by: PasswordSetter,
) -> Result<User, SqlError> {
    if let PasswordSetter::Owner { tokens_valid_from, .. } = &by {
        lock_unchanged(transaction, user, *tokens_valid_from).await?;
    }
    let mut ended = session::Column::UserId.eq(user.0);
    if let Some(kept) = by.kept_session() {
        ended = ended.and(session::Column::Id.ne(kept.0.as_str()));
    }
    let columns = vec![
        (Column::Password, Expr::value(StoredHash(password.0))),
        (Column::TokensValidFrom, Expr::value(at)),
    ];
    // First the user: the lock on the row keeps new sessions out.
    let changed = update(transaction, user, columns).await?;
    revoke(transaction, ended, at).await?;
    Ok(changed.into())
}

/// Concurrent edits of other preferences are kept.
async fn set_preferences(
    transaction: Executor<'_>,
    user: UserId,
    edit: &PreferencesEdit,
) -> Result<User, SqlError> {
    let before = lock(transaction, user).await?.ok_or(Failure::NotFound)?;
    let after = edit.applied_to(&User::from(before).preferences);
    let columns = vec![
        (Column::MutedTypes, Expr::value(TypeNames::of(after.muted()))),
        (Column::OptedInTypes, Expr::value(TypeNames::of(after.opted_in()))),
    ];
    Ok(update(transaction, user, columns).await?.into())
}

async fn edit_user(
    transaction: Executor<'_>,
    user: UserId,
    edit: UserEdit,
    by: Administrator,
) -> Result<User, SqlError> {
    if edit.takes_rights() {
        lock_all_users(transaction).await?;
    }
    lock_administrator(transaction, by, Some(user)).await?;
    let text = |value: &str| Expr::value(value);
    let (email, first_name, last_name) = (&edit.email, &edit.first_name, &edit.last_name);
    let username = edit.username.as_ref().map(|it| text(it.as_str()));
    let columns = [
        (Column::Username, username),
        (Column::Email, email.as_ref().map(|it| text(it.as_str()))),
        (Column::FirstName, first_name.as_ref().map(|it| text(it.as_str()))),
        (Column::LastName, last_name.as_ref().map(|it| text(it.as_str()))),
        (Column::IsActive, edit.is_active.map(Expr::value)),
        (Column::IsStaff, edit.is_staff.map(Expr::value)),
    ];
    let columns = columns.into_iter();
    let columns = columns.filter_map(|(column, value)| Some((column, value?)));
    let changed = update(transaction, user, columns.collect()).await;
    let changed = changed.map_err(SqlError::conflict_if_taken)?;
    if edit.takes_rights() {
        access::check_administrator_left(&edit, has_administrator(transaction).await?)?;
    }
    directory::rewrite_words(transaction, &changed).await?;
    Ok(changed.into())
}

/// Whether any user is an administrator by [`access::is_personal_administrator`].
async fn has_administrator(transaction: Executor<'_>) -> Result<bool, SqlError> {
    let persons = Entity::find()
        .filter(Column::IsStaff.eq(true))
        .filter(Column::IsActive.eq(true))
        .filter(Column::IsService.eq(false));
    Ok(transaction.one(persons).await?.is_some())
}

/// Changes at least one column of a user.
async fn update(
    transaction: Executor<'_>,
    user: UserId,
    columns: Vec<(Column, Expr)>,
) -> Result<Model, SqlError> {
    let mut update = Entity::update_many().filter(Column::Id.eq(user.0));
    for (column, value) in columns {
        update = update.col_expr(column, value);
    }
    let all = Query::returning().columns(Column::iter());
    let rows: Vec<Model> = transaction.rows(&update.into_query().returning(all).take()).await?;
    Ok(rows.into_iter().next().ok_or(Failure::NotFound)?)
}
