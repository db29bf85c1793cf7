use async_trait::async_trait;
use sea_orm::sqlx::{PgConnection, query};

use super::carrier::CHANNEL;
use super::payloads;
use crate::broker::relay::{Lost, Speaker, Word};

/// Says all payloads in one statement, which is a transaction by itself.
const NOTIFY: &str = "SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload";

pub(super) struct PostgresSpeaker {
    pub(super) connection: PgConnection,
}

#[async_trait]
impl Speaker for PostgresSpeaker {
    async fn say(&mut self, words: &[Word]) -> Result<(), Lost> {
        let said = query(NOTIFY).bind(CHANNEL).bind(payloads::write(words));
        let said = said.execute(&mut self.connection).await;
        said.map(drop).map_err(Lost::because)
    }
}
