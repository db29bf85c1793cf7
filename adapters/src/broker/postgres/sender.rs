use async_trait::async_trait;
use sea_orm::sqlx::{PgConnection, query};

use super::payloads;
use super::transport::CHANNEL;
use crate::broker::relay::{Disconnected, Message, Sender};

/// Sends all payloads in one statement, which is its own transaction.
const NOTIFY: &str = "SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload";

pub(super) struct PostgresSender {
    pub(super) connection: PgConnection,
}

#[async_trait]
impl Sender for PostgresSender {
    async fn send(&mut self, messages: &[Message]) -> Result<(), Disconnected> {
        let notify = query(NOTIFY).bind(CHANNEL).bind(payloads::write(messages));
        let sent = notify.execute(&mut self.connection).await;
        sent.map(drop).map_err(Disconnected::because)
    }
}
