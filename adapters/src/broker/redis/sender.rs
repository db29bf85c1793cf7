use async_trait::async_trait;
use redis::Pipeline;
use redis::aio::MultiplexedConnection;

use super::channels::Channels;
use crate::broker::relay::{Disconnected, Message, Sender};

pub(super) struct RedisSender {
    pub(super) connection: MultiplexedConnection,
    pub(super) channels: Channels,
}

#[async_trait]
impl Sender for RedisSender {
    /// Sends all of them in one round trip.
    async fn send(&mut self, messages: &[Message]) -> Result<(), Disconnected> {
        let mut pipeline = Pipeline::with_capacity(messages.len());
        for message in messages {
            pipeline
                .cmd("PUBLISH")
                .arg(self.channels.of_message(*message))
                .arg(message.text())
                .ignore();
        }
        pipeline.query_async(&mut self.connection).await.map_err(Disconnected::because)
    }
}
