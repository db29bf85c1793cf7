use std::collections::HashMap;
use std::sync::Arc;

use crate::Failure;
use crate::domain::id::UserId;
use crate::port::{NotificationSubscriber, StreamPresence};

/// Reports to other nodes how many streams users have here.
pub struct PresenceReporter {
    nodes: Arc<dyn StreamPresence>,
    subscriber: Arc<dyn NotificationSubscriber>,
    /// What others know.
    told: HashMap<UserId, u32>,
}

impl PresenceReporter {
    /// A census of a node that has not told anything yet.
    #[must_use]
    pub fn new(
        nodes: Arc<dyn StreamPresence>,
        subscriber: Arc<dyn NotificationSubscriber>,
    ) -> Self {
        Self {
            nodes,
            subscriber,
            told: HashMap::new(),
        }
    }

    /// Reports what has changed since the last time. To be called every second, also where nothing
    /// changes: who is silent is taken for gone. What cannot be told is told the next time.
    pub async fn report(&mut self) -> Result<(), Failure> {
        let now: HashMap<UserId, u32> = self.subscriber.streams().into_iter().collect();
        let gone = self.told.keys().filter(|user| !now.contains_key(user));
        let mut changed: Vec<_> = gone.map(|user| (*user, 0)).collect();
        let other = |(user, streams): &(UserId, u32)| self.told.get(user) != Some(streams);
        changed.extend(now.clone().into_iter().filter(other));
        changed.sort_unstable();
        self.nodes.report(changed).await?;
        self.told = now;
        Ok(())
    }
}
