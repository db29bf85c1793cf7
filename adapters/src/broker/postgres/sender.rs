use async_trait::async_trait;
use sea_orm::sqlx::{PgConnection, query};

use super::payloads;
use super::transport::CHANNEL;
use crate::broker::relay::{Disconnected, Message, Sender};

/// Says all payloads in one statement, which is a transaction by itself.
const NOTIFY: &str = "SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload";

pub(super) struct PostgresSender {
    pub(super) connection: PgConnection,
}

#[async_trait]
impl Sender for PostgresSender {
    async fn send(&mut self, messages: &[Message]) -> Result<(), Disconnected> {
        let said = query(NOTIFY).bind(CHANNEL).bind(payloads::write(messages));
        let said = said.execute(&mut self.connection).await;
        said.map(drop).map_err(Disconnected::because)
    }
}
