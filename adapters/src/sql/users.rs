//! Users.

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::change::UserChange;
use leopard_core::domain::id::UserId;
use leopard_core::domain::page::{Page, PageRequest};
use leopard_core::domain::user::{Credentials, NewUser, User};
use leopard_core::port::UserRepository;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseBackend, DatabaseTransaction,
    EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
};

use super::connection::moment;
use super::entity::session;
use super::entity::user::{ActiveModel, Column, Entity, StoredHash};
use super::failure::{conflict_if_taken, failure};
use super::sessions::revoke;
use super::writer::Write;
use super::{CHUNK, SqlStore, page, postgres};

#[async_trait]
impl UserRepository for SqlStore {
    async fn find_many(&self, ids: Vec<UserId>) -> Result<Vec<User>, Failure> {
        let mut users = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(CHUNK) {
            let rows = Entity::find()
                .filter(Column::Id.is_in(chunk.iter().map(|id| id.0)))
                .all(&self.readers)
                .await
                .map_err(failure)?;
            users.extend(rows.into_iter().map(User::from));
        }
        Ok(users)
    }

    async fn find_credentials(&self, username: String) -> Result<Option<Credentials>, Failure> {
        let row = Entity::find()
            .filter(Column::Username.eq(username))
            .one(&self.readers)
            .await
            .map_err(failure)?;
        Ok(row.map(Credentials::from))
    }

    async fn list(&self, request: PageRequest) -> Result<Page<User>, Failure> {
        let moment = moment(&self.readers).await?;
        let rows = Entity::find().order_by_asc(Column::Id);
        let (total, rows) = page::rows_of(&moment, rows, request).await?;
        Ok(Page {
            total,
            request,
            items: rows.into_iter().map(User::from).collect(),
        })
    }

    async fn commit(&self, change: UserChange) -> Result<User, Failure> {
        self.writer.commit(change).await
    }
}

#[async_trait]
impl Write for UserChange {
    type Stored = User;

    async fn write(self, transaction: &DatabaseTransaction) -> Result<User, Failure> {
        match self {
            Self::Create(user) => create(transaction, user).await,
            Self::CreateFirst(user) => {
                // SQLite has one writer; elsewhere two could both find nobody.
                if transaction.get_database_backend() == DatabaseBackend::Postgres {
                    postgres::alone_with_users(transaction).await?;
                }
                if Entity::find().count(transaction).await.map_err(failure)? > 0 {
                    return Err(Failure::Conflict);
                }
                create(transaction, user).await
            }
            Self::SetPassword { user, password, at } => {
                let columns = [
                    (Column::Password, Expr::value(StoredHash(password.0))),
                    (Column::TokensValidFrom, Expr::value(at)),
                ];
                // The user first: that lock keeps new logins out.
                let changed = update(transaction, user, columns).await?;
                revoke(transaction, session::Column::UserId.eq(user.0), at).await?;
                Ok(changed)
            }
            Self::Deactivate(user) => {
                let columns = [(Column::IsActive, Expr::value(false))];
                update(transaction, user, columns).await
            }
        }
    }
}

async fn create(transaction: &DatabaseTransaction, user: NewUser) -> Result<User, Failure> {
    let row = ActiveModel::of_new(user)
        .insert(transaction)
        .await
        .map_err(conflict_if_taken)?;
    Ok(row.into())
}

async fn update<const N: usize>(
    transaction: &DatabaseTransaction,
    user: UserId,
    columns: [(Column, Expr); N],
) -> Result<User, Failure> {
    let mut update = Entity::update_many().filter(Column::Id.eq(user.0));
    for (column, value) in columns {
        update = update.col_expr(column, value);
    }
    let rows = update
        .exec_with_returning(transaction)
        .await
        .map_err(failure)?;
    rows.into_iter()
        .next()
        .map(User::from)
        .ok_or(Failure::NotFound)
}
