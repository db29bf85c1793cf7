use async_trait::async_trait;
use futures_util::StreamExt as _;
use redis::aio::PubSubStream;

use crate::broker::relay::{Disconnected, Message, Receiver};

pub(super) struct RedisReceiver {
    pub(super) messages: PubSubStream,
}

#[async_trait]
impl Receiver for RedisReceiver {
    async fn recv(&mut self) -> Result<Vec<Message>, Disconnected> {
        let message = self.messages.next().await;
        let message =
            message.ok_or_else(|| Disconnected::because("the broker closed the connection"))?;
        let text = str::from_utf8(message.get_payload_bytes());
        Ok(text.ok().and_then(Message::parse).into_iter().collect())
    }
}
