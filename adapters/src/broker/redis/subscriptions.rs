use async_trait::async_trait;
use futures_util::future::try_join_all;
use leopard_core::domain::id::UserId;
use redis::RedisResult;
use redis::aio::PubSubSink;

use super::channels::Channels;
use crate::broker::local::PresenceDiff;
use crate::broker::relay::{Disconnected, Subscriptions};

/// Channels per command: Redis does nothing else meanwhile.
const CHUNK: usize = 1_000;

pub(super) struct RedisSubscriptions {
    pub(super) sink: PubSubSink,
    pub(super) channels: Channels,
}

impl RedisSubscriptions {
    fn names(&self, users: &[UserId]) -> Vec<String> {
        let users = users.iter().copied();
        users.map(|user| self.channels.of_user(user)).collect()
    }

    async fn unsubscribe(&self, users: &[UserId]) -> RedisResult<()> {
        self.sink.clone().unsubscribe(self.names(users)).await
    }

    async fn subscribe(&self, users: &[UserId]) -> RedisResult<()> {
        self.sink.clone().subscribe(self.names(users)).await
    }
}

#[async_trait]
impl Subscriptions for RedisSubscriptions {
    /// Sends all commands before it waits for the first response.
    async fn apply(&mut self, diff: &PresenceDiff) -> Result<(), Disconnected> {
        let left = diff.left.chunks(CHUNK);
        let joined = diff.joined.chunks(CHUNK);
        let unsubscribed = try_join_all(left.map(|users| self.unsubscribe(users)));
        let subscribed = try_join_all(joined.map(|users| self.subscribe(users)));
        tokio::try_join!(unsubscribed, subscribed).map_err(Disconnected::because)?;
        Ok(())
    }
}
