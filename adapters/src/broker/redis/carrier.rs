use async_trait::async_trait;
use redis::AsyncConnectionConfig;

use super::channels::Channels;
use super::listener::RedisListener;
use super::speaker::RedisSpeaker;
use super::target::Target;
use super::tuner::RedisTuner;
use crate::broker::relay::{Carrier, Line, Lost};

/// Carries words through Redis, on two connections: one that subscribes can do nothing else.
pub(super) struct Redis {
    pub(super) target: Target,
    pub(super) channels: Channels,
}

#[async_trait]
impl Carrier for Redis {
    fn name(&self) -> &'static str {
        "redis"
    }

    async fn connect(&self) -> Result<Line, Lost> {
        let client = self.target.client();
        let pubsub = client.get_async_pubsub().await.map_err(Lost::because)?;
        let (mut sink, messages) = pubsub.split();
        let all = self.channels.of_all();
        sink.subscribe(all).await.map_err(Lost::because)?;
        // How long it may take is the relay's business.
        let patient = AsyncConnectionConfig::new().set_response_timeout(None);
        let connection = client.get_multiplexed_async_connection_with_config(&patient);
        let connection = connection.await.map_err(Lost::because)?;
        let channels = self.channels.clone();
        Ok(Line {
            speaker: Box::new(RedisSpeaker {
                connection,
                channels: channels.clone(),
            }),
            listener: Box::new(RedisListener { messages }),
            tuner: Some(Box::new(RedisTuner { sink, channels })),
        })
    }
}
