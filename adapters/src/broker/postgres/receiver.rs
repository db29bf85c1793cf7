use async_trait::async_trait;
use sea_orm::sqlx::postgres::PgListener;

use super::payloads;
use crate::broker::relay::{Disconnected, Message, Receiver};

pub(super) struct PostgresReceiver {
    pub(super) receiver: PgListener,
}

#[async_trait]
impl Receiver for PostgresReceiver {
    async fn recv(&mut self) -> Result<Vec<Message>, Disconnected> {
        let notification = self.receiver.try_recv().await.map_err(Disconnected::because)?;
        let notification = notification
            .ok_or_else(|| Disconnected::because("the broker closed the connection"))?;
        Ok(payloads::read(notification.payload()))
    }
}
