use async_trait::async_trait;
use sea_orm::sqlx::postgres::PgListener;

use super::payloads;
use crate::broker::relay::{Listener, Lost, Word};

pub(super) struct PostgresListener {
    pub(super) listener: PgListener,
}

#[async_trait]
impl Listener for PostgresListener {
    async fn hear(&mut self) -> Result<Vec<Word>, Lost> {
        let said = self.listener.try_recv().await.map_err(Lost::because)?;
        let said = said.ok_or_else(|| Lost::because("it has ended the connection"))?;
        Ok(payloads::read(said.payload()))
    }
}
