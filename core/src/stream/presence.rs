use std::collections::HashMap;
use std::sync::Arc;

use crate::Failure;
use crate::domain::id::UserId;
use crate::port::{NotificationSubscriber, StreamPresence};

/// Reports the streams of this node to other nodes.
pub struct PresenceReporter {
    nodes: Arc<dyn StreamPresence>,
    subscriber: Arc<dyn NotificationSubscriber>,
    /// The last report.
    reported: HashMap<UserId, u32>,
}

impl PresenceReporter {
    /// A reporter that has reported nothing yet.
    pub fn new(
        nodes: Arc<dyn StreamPresence>,
        subscriber: Arc<dyn NotificationSubscriber>,
    ) -> Self {
        Self { nodes, subscriber, reported: HashMap::new() }
    }

    /// Reports what has changed since the last report. Call it every second, even without changes: a silent
    /// node is assumed to be down. After a failure the next report includes the same changes.
    pub async fn report(&mut self) -> Result<(), Failure> {
        let now: HashMap<UserId, u32> = self.subscriber.streams().into_iter().collect();
        let closed = self.reported.keys().filter(|user| !now.contains_key(user));
        let mut changed: Vec<_> = closed.map(|user| (*user, 0)).collect();
        let other = |(user, streams): &(UserId, u32)| self.reported.get(user) != Some(streams);
        changed.extend(now.clone().into_iter().filter(other));
        changed.sort_unstable();
        self.nodes.report(changed).await?;
        self.reported = now;
        Ok(())
    }
}
