use async_trait::async_trait;
use futures_util::StreamExt as _;
use redis::aio::PubSubStream;

use crate::broker::relay::{Listener, Lost, Word};

pub(super) struct RedisListener {
    pub(super) messages: PubSubStream,
}

#[async_trait]
impl Listener for RedisListener {
    async fn hear(&mut self) -> Result<Vec<Word>, Lost> {
        let message = self.messages.next().await;
        let message = message.ok_or_else(|| Lost::because("it has ended the connection"))?;
        let text = str::from_utf8(message.get_payload_bytes());
        Ok(text.ok().and_then(Word::read).into_iter().collect())
    }
}
