use async_trait::async_trait;
use redis::AsyncConnectionConfig;

use super::channels::Channels;
use super::receiver::RedisReceiver;
use super::sender::RedisSender;
use super::subscriptions::RedisSubscriptions;
use super::target::Target;
use crate::broker::relay::{Connection, Disconnected, Transport};

/// Carries messages through Redis, on two connections: a subscribed connection can do nothing else.
pub(super) struct Redis {
    pub(super) target: Target,
    pub(super) channels: Channels,
}

#[async_trait]
impl Transport for Redis {
    fn name(&self) -> &'static str {
        "redis"
    }

    async fn connect(&self) -> Result<Connection, Disconnected> {
        let client = self.target.client();
        let pubsub = client.get_async_pubsub().await.map_err(Disconnected::because)?;
        let (mut sink, messages) = pubsub.split();
        let all = self.channels.of_all();
        sink.subscribe(all).await.map_err(Disconnected::because)?;
        // The relay limits the time.
        let unlimited = AsyncConnectionConfig::new().set_response_timeout(None);
        let connection = client.get_multiplexed_async_connection_with_config(&unlimited);
        let connection = connection.await.map_err(Disconnected::because)?;
        let channels = self.channels.clone();
        Ok(Connection {
            sender: Box::new(RedisSender { connection, channels: channels.clone() }),
            receiver: Box::new(RedisReceiver { messages }),
            subscriptions: Some(Box::new(RedisSubscriptions { sink, channels })),
        })
    }
}
