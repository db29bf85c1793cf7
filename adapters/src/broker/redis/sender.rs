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
    /// Says all of them in one round trip.
    async fn send(&mut self, messages: &[Message]) -> Result<(), Disconnected> {
        let mut said = Pipeline::with_capacity(messages.len());
        for message in messages {
            said.cmd("PUBLISH")
                .arg(self.channels.of_word(*message))
                .arg(message.text())
                .ignore();
        }
        said.query_async(&mut self.connection)
            .await
            .map_err(Disconnected::because)
    }
}
