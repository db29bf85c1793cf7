use async_trait::async_trait;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sea_orm::sqlx::{ConnectOptions as _, Error};

use super::listener::PostgresListener;
use super::speaker::PostgresSpeaker;
use crate::broker::relay::{Carrier, Line, Lost};

/// The channel of all nodes; it is one of the database alone.
pub(super) const CHANNEL: &str = "leopard_updates";

/// Carries words through a database, on two connections: who waits for words does nothing else.
pub(super) struct Postgres {
    pub(super) options: PgConnectOptions,
}

#[async_trait]
impl Carrier for Postgres {
    fn name(&self) -> &'static str {
        "postgres"
    }

    async fn connect(&self) -> Result<Line, Lost> {
        // First without a pool, which would say that it waited in place of why.
        let connection = self.options.connect().await.map_err(Lost::because)?;
        let listener = self.listen().await.map_err(Lost::because)?;
        Ok(Line {
            speaker: Box::new(PostgresSpeaker { connection }),
            listener: Box::new(PostgresListener { listener }),
            tuner: None,
        })
    }
}

impl Postgres {
    async fn listen(&self) -> Result<PgListener, Error> {
        // A listener takes its one connection from a pool.
        let pool = PgPoolOptions::new().max_connections(1);
        let pool = pool.connect_with(self.options.clone()).await?;
        let mut listener = PgListener::connect_with(&pool).await?;
        // The relay is to know when the connection is lost.
        listener.eager_reconnect(false);
        listener.ignore_pool_close_event(true);
        listener.listen(CHANNEL).await?;
        Ok(listener)
    }
}
