//! A cache of users: most requests name users that another one has just named.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use leopard_core::Failure;
use leopard_core::domain::account::{Credentials, User};
use leopard_core::domain::change::UserChange;
use leopard_core::domain::id::UserId;
use leopard_core::domain::idempotency::{Committed, IdempotencyKey};
use leopard_core::domain::page::Page;
use leopard_core::port::{Clock, UserQuery, UserRepository};
use leopard_core::ttl_cache::TtlCache;

/// How long an entry is valid. A change on another node shows within five seconds, with the requests under way.
const LIFETIME: TimeDelta = TimeDelta::seconds(4);

/// A cache in front of a user repository. Changes through it show at once.
pub struct CachedUsers {
    users: Arc<dyn UserRepository>,
    clock: Arc<dyn Clock>,
    cache: TtlCache<UserId, User>,
}

impl CachedUsers {
    /// An empty cache in front of this repository.
    pub fn new(users: Arc<dyn UserRepository>, clock: Arc<dyn Clock>) -> Self {
        Self { users, clock, cache: TtlCache::new(LIFETIME) }
    }

    /// Frees the memory of expired entries. Call it regularly.
    pub fn remove_expired(&self) {
        self.cache.remove_expired(self.clock.now());
    }
}

#[async_trait]
impl UserRepository for CachedUsers {
    async fn find_many(&self, mut ids: Vec<UserId>) -> Result<Vec<User>, Failure> {
        ids.sort_unstable();
        ids.dedup();
        let now = self.clock.now();
        let fill = self.cache.start_fill(now);
        let mut found = Vec::with_capacity(ids.len());
        let mut others = Vec::new();
        for id in ids {
            match self.cache.get(&id, now) {
                Some(user) => found.push(user),
                None => others.push(id),
            }
        }
        if !others.is_empty() {
            for user in self.users.find_many(others).await? {
                self.cache.remember(fill, user.id, user.clone());
                found.push(user);
            }
        }
        Ok(found)
    }

    async fn find_named(&self, usernames: Vec<String>) -> Result<Vec<User>, Failure> {
        self.users.find_named(usernames).await
    }

    async fn find_external(&self, external_ids: Vec<String>) -> Result<Vec<User>, Failure> {
        self.users.find_external(external_ids).await
    }

    async fn find_credentials(&self, username: String) -> Result<Option<Credentials>, Failure> {
        self.users.find_credentials(username).await
    }

    async fn list(&self, query: UserQuery) -> Result<Page<User>, Failure> {
        self.users.list(query).await
    }

    async fn commit(
        &self,
        change: UserChange,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<User>, Failure> {
        let changed = change.user();
        let committed = self.users.commit(change, key).await;
        if let Some(user) = changed {
            // Even after a failure, which may have come after the commit.
            self.cache.forget(|id, _| *id == user);
        }
        committed
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use chrono::DateTime;
    use leopard_core::domain::account::{User, UserKind};
    use leopard_core::domain::notification::Preferences;
    use leopard_core::port::{MockClock, MockUserRepository};

    use super::*;

    fn user(id: UserId) -> User {
        User {
            id,
            kind: UserKind::Person,
            username: format!("user{id}"),
            external_id: None,
            email: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            is_active: true,
            is_staff: false,
            preferences: Preferences::default(),
            tokens_valid_from: DateTime::UNIX_EPOCH,
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    /// A cache in front of a store that logs its reads, with a clock to set.
    struct Scene {
        users: CachedUsers,
        reads: Arc<Mutex<Vec<Vec<UserId>>>>,
        second: Arc<Mutex<i64>>,
    }

    impl Scene {
        fn new() -> Self {
            let reads = Arc::new(Mutex::new(vec![]));
            let mut store = MockUserRepository::new();
            let log = reads.clone();
            store.expect_find_many().returning(move |ids| {
                log.lock().unwrap().push(ids.clone());
                Ok(ids.into_iter().filter(|id| id.0 < 100).map(user).collect())
            });
            store.expect_commit().returning(|_, _| Err(Failure::Unavailable("away".to_owned())));
            let second = Arc::new(Mutex::new(0));
            let mut clock = MockClock::new();
            let hand = second.clone();
            clock
                .expect_now()
                .returning(move || DateTime::from_timestamp(*hand.lock().unwrap(), 0).unwrap());
            Self { users: CachedUsers::new(Arc::new(store), Arc::new(clock)), reads, second }
        }

        async fn find(&self, ids: &[i64]) -> Vec<i64> {
            let ids = ids.iter().copied().map(UserId).collect();
            let found = self.users.find_many(ids).await.unwrap();
            let mut found: Vec<_> = found.into_iter().map(|user| user.id.0).collect();
            found.sort_unstable();
            found
        }

        fn reads(&self) -> Vec<Vec<i64>> {
            let reads = self.reads.lock().unwrap();
            let ids = |ids: &Vec<UserId>| ids.iter().map(|id| id.0).collect();
            reads.iter().map(ids).collect()
        }
    }

    #[tokio::test]
    async fn store_is_read_for_unknown_users_only() {
        let scene = Scene::new();
        assert_eq!(scene.find(&[1, 2]).await, [1, 2]);
        assert_eq!(scene.find(&[2, 3, 1, 3]).await, [1, 2, 3]);
        assert_eq!(scene.find(&[3]).await, [3]);
        assert_eq!(scene.reads(), [vec![1, 2], vec![3]]);
    }

    #[tokio::test]
    async fn missing_user_is_not_cached() {
        let scene = Scene::new();
        assert_eq!(scene.find(&[500]).await, [0; 0]);
        assert_eq!(scene.find(&[500]).await, [0; 0]);
        assert_eq!(scene.reads(), [vec![500], vec![500]]);
    }

    #[tokio::test]
    async fn entry_expires_after_four_seconds() {
        let scene = Scene::new();
        scene.find(&[1]).await;
        for waited in [3, 1] {
            *scene.second.lock().unwrap() += waited;
            scene.find(&[1]).await;
        }
        assert_eq!(scene.reads(), [vec![1], vec![1]]);
    }

    #[tokio::test]
    async fn change_of_one_user_clears_the_entry_of_that_user_even_if_it_fails() {
        let scene = Scene::new();
        scene.find(&[1, 2]).await;
        let refused = scene.users.commit(UserChange::Deactivate(UserId(1)), None).await;
        assert!(refused.is_err());
        scene.find(&[1, 2]).await;
        assert_eq!(scene.reads(), [vec![1, 2], vec![1]]);
    }
}
