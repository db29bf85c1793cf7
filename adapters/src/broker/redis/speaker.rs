use async_trait::async_trait;
use redis::Pipeline;
use redis::aio::MultiplexedConnection;

use super::channels::Channels;
use crate::broker::relay::{Lost, Speaker, Word};

pub(super) struct RedisSpeaker {
    pub(super) connection: MultiplexedConnection,
    pub(super) channels: Channels,
}

#[async_trait]
impl Speaker for RedisSpeaker {
    /// Says all of them in one round trip.
    async fn say(&mut self, words: &[Word]) -> Result<(), Lost> {
        let mut said = Pipeline::with_capacity(words.len());
        for word in words {
            said.cmd("PUBLISH")
                .arg(self.channels.of_word(*word))
                .arg(word.text())
                .ignore();
        }
        said.query_async(&mut self.connection)
            .await
            .map_err(Lost::because)
    }
}
