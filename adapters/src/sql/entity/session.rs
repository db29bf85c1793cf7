use leopard_core::domain::account::{Session, SpentToken};
use leopard_core::domain::id::{SessionId, TokenId, UserId};
use sea_orm::Set;
use sea_orm::entity::prelude::*;

table! {
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub user_id: i64,
        pub refresh: String,
        pub previous_refresh: Option<String>,
        pub spent_at: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
        pub expires_at: DateTimeUtc,
        pub revoked_at: Option<DateTimeUtc>,
    }
}

impl From<Session> for ActiveModel {
    fn from(session: Session) -> Self {
        let (previous, spent_at) = session.previous.map(|spent| (spent.id.0, spent.at)).unzip();
        Self {
            id: Set(session.id.0),
            user_id: Set(session.user.0),
            refresh: Set(session.refresh.0),
            previous_refresh: Set(previous),
            spent_at: Set(spent_at),
            created_at: Set(session.created_at),
            expires_at: Set(session.expires_at),
            revoked_at: Set(session.revoked_at),
        }
    }
}

impl From<Model> for Session {
    fn from(row: Model) -> Self {
        let previous = row.previous_refresh.zip(row.spent_at);
        Self {
            id: SessionId(row.id),
            user: UserId(row.user_id),
            refresh: TokenId(row.refresh),
            previous: previous.map(|(id, at)| SpentToken { id: TokenId(id), at }),
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        }
    }
}
