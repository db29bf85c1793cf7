use async_trait::async_trait;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sea_orm::sqlx::{ConnectOptions as _, Error};

use super::receiver::PostgresReceiver;
use super::sender::PostgresSender;
use crate::broker::relay::{Connection, Disconnected, Transport};

/// The channel of all nodes; each database has its own. Nodes of earlier versions listen to this name.
pub(super) const CHANNEL: &str = "leopard_bells";

/// Carries messages through a database, on two connections: a listening connection does nothing else.
pub(super) struct Postgres {
    pub(super) options: PgConnectOptions,
}

#[async_trait]
impl Transport for Postgres {
    fn name(&self) -> &'static str {
        "postgres"
    }

    async fn connect(&self) -> Result<Connection, Disconnected> {
        // First without a pool, whose time-out would hide the reason.
        let connection = self.options.connect().await.map_err(Disconnected::because)?;
        let receiver = self.listen().await.map_err(Disconnected::because)?;
        Ok(Connection {
            sender: Box::new(PostgresSender { connection }),
            receiver: Box::new(PostgresReceiver { receiver }),
            subscriptions: None,
        })
    }
}

impl Postgres {
    async fn listen(&self) -> Result<PgListener, Error> {
        // A listener takes its connection from a pool.
        let pool = PgPoolOptions::new().max_connections(1);
        let pool = pool.connect_with(self.options.clone()).await?;
        let mut receiver = PgListener::connect_with(&pool).await?;
        // The relay must learn of a lost connection.
        receiver.eager_reconnect(false);
        receiver.ignore_pool_close_event(true);
        receiver.listen(CHANNEL).await?;
        Ok(receiver)
    }
}
