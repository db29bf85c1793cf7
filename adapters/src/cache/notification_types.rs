//! A cache of the notification types, which every request that sends a notification reads.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use leopard_core::Failure;
use leopard_core::domain::notification::{TypeCatalog, TypeChange, TypeOutcome};
use leopard_core::port::{Clock, NotificationTypeRepository};
use leopard_core::ttl_cache::TtlCache;

/// How long the types are valid. A change on another node shows within five seconds, with the requests under way.
const LIFETIME: TimeDelta = TimeDelta::seconds(4);

/// A cache in front of a repository of notification types. Changes through it show at once.
pub struct CachedTypes {
    types: Arc<dyn NotificationTypeRepository>,
    clock: Arc<dyn Clock>,
    cache: TtlCache<(), Arc<TypeCatalog>>,
}

impl CachedTypes {
    /// An empty cache in front of this repository.
    pub fn new(types: Arc<dyn NotificationTypeRepository>, clock: Arc<dyn Clock>) -> Self {
        Self { types, clock, cache: TtlCache::new(LIFETIME) }
    }
}

#[async_trait]
impl NotificationTypeRepository for CachedTypes {
    async fn catalog(&self) -> Result<Arc<TypeCatalog>, Failure> {
        let now = self.clock.now();
        if let Some(catalog) = self.cache.get(&(), now) {
            return Ok(catalog);
        }
        let fill = self.cache.start_fill(now);
        let catalog = self.types.catalog().await?;
        self.cache.remember(fill, (), catalog.clone());
        Ok(catalog)
    }

    async fn commit(&self, change: TypeChange) -> Result<TypeOutcome, Failure> {
        let committed = self.types.commit(change).await;
        // Even after a failure, which may have come after the commit.
        self.cache.forget(|(), _| true);
        committed
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

    use chrono::DateTime;
    use leopard_core::domain::notification::NotificationType;
    use leopard_core::port::{MockClock, MockNotificationTypeRepository};

    use super::*;

    /// A cache in front of a store that counts its reads, with a clock to set.
    struct Scene {
        types: CachedTypes,
        reads: Arc<AtomicUsize>,
        second: Arc<AtomicI64>,
    }

    impl Scene {
        fn new() -> Self {
            let reads = Arc::new(AtomicUsize::new(0));
            let mut store = MockNotificationTypeRepository::new();
            let count = reads.clone();
            store.expect_catalog().returning(move || {
                count.fetch_add(1, Ordering::Relaxed);
                Ok(Arc::default())
            });
            store.expect_commit().returning(|_| Err(Failure::Unavailable("away".to_owned())));
            let second = Arc::new(AtomicI64::new(0));
            let mut clock = MockClock::new();
            let hand = second.clone();
            clock.expect_now().returning(move || {
                DateTime::from_timestamp(hand.load(Ordering::Relaxed), 0).unwrap()
            });
            Self { types: CachedTypes::new(Arc::new(store), Arc::new(clock)), reads, second }
        }

        /// Reads the types, and returns how often the store was read so far.
        async fn read(&self) -> usize {
            assert_eq!(*self.types.catalog().await.unwrap(), TypeCatalog::default());
            self.reads.load(Ordering::Relaxed)
        }
    }

    #[tokio::test]
    async fn types_are_read_again_after_four_seconds() {
        let scene = Scene::new();
        assert_eq!(scene.read().await, 1);
        scene.second.store(3, Ordering::Relaxed);
        assert_eq!(scene.read().await, 1);
        scene.second.store(4, Ordering::Relaxed);
        assert_eq!(scene.read().await, 2);
    }

    #[tokio::test]
    async fn change_shows_at_once_even_if_its_answer_is_lost() {
        let scene = Scene::new();
        assert_eq!(scene.read().await, 1);
        let change = TypeChange::Delete(NotificationType::REMINDER_DUE);
        assert!(scene.types.commit(change).await.is_err());
        assert_eq!(scene.read().await, 2);
    }
}
