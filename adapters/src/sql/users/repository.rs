//! Users.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use leopard_core::Failure;
use leopard_core::domain::access;
use leopard_core::domain::account::{Credentials, NewUser, PasswordHash, User, UserEdit};
use leopard_core::domain::change::{Administrator, PasswordSetter, UserChange};
use leopard_core::domain::id::UserId;
use leopard_core::domain::idempotency::{Committed, Keyed};
use leopard_core::domain::notification::PreferencesEdit;
use leopard_core::domain::page::Page;
use leopard_core::port::{UserQuery, UserRepository};
use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseBackend, DatabaseTransaction,
    EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::sql::backend::error::{conflict_if_taken, failure};
use crate::sql::backend::postgres;
use crate::sql::commit::writer::Write;
use crate::sql::entity::session;
use crate::sql::entity::user::{ActiveModel, Column, Entity, Model, MutedTypes, StoredHash};
use crate::sql::store::CHUNK;
use crate::sql::store::SqlStore;
use crate::sql::users::directory;
use crate::sql::users::sessions::revoke;

#[async_trait]
impl UserRepository for SqlStore {
    async fn find_many(&self, ids: Vec<UserId>) -> Result<Vec<User>, Failure> {
        let mut users = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(CHUNK) {
            let rows = Entity::find()
                .filter(Column::Id.is_in(chunk.iter().map(|id| id.0)))
                .all(&self.connections.lookups)
                .await
                .map_err(failure)?;
            users.extend(rows.into_iter().map(User::from));
        }
        Ok(users)
    }

    async fn find_named(&self, usernames: Vec<String>) -> Result<Vec<User>, Failure> {
        let mut users = Vec::new();
        for chunk in usernames.chunks(CHUNK) {
            let rows = Entity::find()
                .filter(Column::Username.is_in(chunk))
                .all(&self.connections.lookups)
                .await
                .map_err(failure)?;
            users.extend(rows.into_iter().map(User::from));
        }
        Ok(users)
    }

    async fn find_credentials(&self, username: String) -> Result<Option<Credentials>, Failure> {
        let row = Entity::find()
            .filter(Column::Username.eq(username))
            .one(&self.connections.lookups)
            .await
            .map_err(failure)?;
        Ok(row.map(Credentials::from))
    }

    async fn list(&self, query: UserQuery) -> Result<Page<User>, Failure> {
        let snapshot = self.connections.readers.snapshot().await?;
        snapshot.read(directory::list(&snapshot, query)).await
    }

    async fn commit(&self, change: UserChange) -> Result<User, Failure> {
        self.connections.writer.commit(change).await
    }

    async fn commit_once(&self, change: Keyed<UserChange>) -> Result<Committed<User>, Failure> {
        self.connections.writer.commit(change).await
    }
}

#[async_trait]
impl Write for UserChange {
    type Stored = User;

    async fn write(self, transaction: &DatabaseTransaction) -> Result<User, Failure> {
        match self {
            Self::Create { user, by } => {
                lock_administrator(transaction, by, None).await?;
                create(transaction, user).await
            }
            Self::CreateFirst(user) => {
                alone_with_users(transaction).await?;
                let count = Entity::find().count(transaction).await.map_err(failure)?;
                access::check_first_user(count)?;
                create(transaction, user).await
            }
            Self::SetPassword {
                user,
                password,
                at,
                by,
            } => set_password(transaction, user, password, at, by).await,
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

async fn create(transaction: &DatabaseTransaction, user: NewUser) -> Result<User, Failure> {
    let row = ActiveModel::of_new(user)
        .insert(transaction)
        .await
        .map_err(conflict_if_taken)?;
    directory::write_words(transaction, &row).await?;
    Ok(row.into())
}

async fn set_password(
    transaction: &DatabaseTransaction,
    user: UserId,
    password: PasswordHash,
    at: DateTime<Utc>,
    by: PasswordSetter,
) -> Result<User, Failure> {
    if let PasswordSetter::Owner {
        tokens_valid_from, ..
    } = &by
    {
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
    // The user first: that lock keeps new logins out.
    let changed = update(transaction, user, columns).await?;
    revoke(transaction, ended, at).await?;
    Ok(changed.into())
}

/// What was preferred meanwhile stays where it is not named.
async fn set_preferences(
    transaction: &DatabaseTransaction,
    user: UserId,
    edit: &PreferencesEdit,
) -> Result<User, Failure> {
    let before = locked(transaction, user).await?.ok_or(Failure::NotFound)?;
    let after = edit.applied_to(&User::from(before).preferences);
    let columns = vec![(Column::MutedTypes, Expr::value(MutedTypes::of(&after)))];
    Ok(update(transaction, user, columns).await?.into())
}

/// Refuses a user who has got another password since it was read, or may not log in any more; nobody
/// changes the user before the transaction ends.
pub(in crate::sql) async fn lock_unchanged(
    transaction: &DatabaseTransaction,
    user: UserId,
    tokens_valid_from: DateTime<Utc>,
) -> Result<(), Failure> {
    let user = locked(transaction, user).await?.map(User::from);
    User::check_same_password(user.as_ref(), tokens_valid_from)
}

/// The user, whom nobody else changes until the transaction ends; rows that only name the user may come
/// meanwhile.
async fn locked(transaction: &DatabaseTransaction, user: UserId) -> Result<Option<Model>, Failure> {
    Entity::find_by_id(user.0)
        .lock(LockType::NoKeyUpdate)
        .one(transaction)
        .await
        .map_err(failure)
}

/// Refuses who may not administer any more. The rows of who changes and who is changed are locked in
/// the order of their ids, so that two who change each other do not wait for each other.
async fn lock_administrator(
    transaction: &DatabaseTransaction,
    by: Administrator,
    whom: Option<UserId>,
) -> Result<(), Failure> {
    let Administrator::Staff(staff) = by else {
        return Ok(());
    };
    let locked = Entity::find()
        .filter(Column::Id.is_in([Some(staff), whom].into_iter().flatten().map(|id| id.0)))
        .order_by_asc(Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(transaction)
        .await
        .map_err(failure)?;
    let staff = locked.into_iter().find(|user| user.id == staff.0);
    access::check_administrator(by, staff.map(User::from).as_ref())
}

async fn edit_user(
    transaction: &DatabaseTransaction,
    user: UserId,
    edit: UserEdit,
    by: Administrator,
) -> Result<User, Failure> {
    if edit.takes_rights() {
        alone_with_users(transaction).await?;
    }
    lock_administrator(transaction, by, Some(user)).await?;
    let UserEdit {
        email,
        first_name,
        last_name,
        is_active,
        is_staff,
    } = edit.clone();
    let columns = [
        (Column::Email, email.map(|it| Expr::value(it.as_str()))),
        (
            Column::FirstName,
            first_name.map(|it| Expr::value(it.as_str())),
        ),
        (
            Column::LastName,
            last_name.map(|it| Expr::value(it.as_str())),
        ),
        (Column::IsActive, is_active.map(Expr::value)),
        (Column::IsStaff, is_staff.map(Expr::value)),
    ];
    let columns = columns.into_iter();
    let columns = columns.filter_map(|(column, value)| Some((column, value?)));
    let changed = update(transaction, user, columns.collect()).await?;
    if edit.takes_rights() {
        access::check_administrator_left(&edit, has_staff(transaction).await?)?;
    }
    directory::rewrite_words(transaction, &changed).await?;
    Ok(changed.into())
}

/// `SQLite` has one writer; elsewhere, two could each rely on what the other is about to change.
async fn alone_with_users(transaction: &DatabaseTransaction) -> Result<(), Failure> {
    match transaction.get_database_backend() {
        DatabaseBackend::Postgres => postgres::alone_with_users(transaction).await,
        _ => Ok(()),
    }
}

/// Whether any user is an administrator by [`access::is_administrator`].
async fn has_staff(transaction: &DatabaseTransaction) -> Result<bool, Failure> {
    let staff = Entity::find()
        .filter(Column::IsStaff.eq(true))
        .filter(Column::IsActive.eq(true))
        .one(transaction)
        .await
        .map_err(failure)?;
    Ok(staff.is_some())
}

/// Changes at least one column of a user.
async fn update(
    transaction: &DatabaseTransaction,
    user: UserId,
    columns: Vec<(Column, Expr)>,
) -> Result<Model, Failure> {
    let mut update = Entity::update_many().filter(Column::Id.eq(user.0));
    for (column, value) in columns {
        update = update.col_expr(column, value);
    }
    let rows = update
        .exec_with_returning(transaction)
        .await
        .map_err(failure)?;
    rows.into_iter().next().ok_or(Failure::NotFound)
}
