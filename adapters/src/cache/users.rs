//! Users as they were a moment ago: most requests name somebody who was just named.

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

/// How long a user is remembered; changes by others show so much later.
const LIFETIME: TimeDelta = TimeDelta::seconds(1);

/// Users, kept elsewhere and remembered here. What is changed through it shows at once.
pub struct CachedUsers {
    users: Arc<dyn UserRepository>,
    clock: Arc<dyn Clock>,
    cache: TtlCache<UserId, User>,
}

impl CachedUsers {
    /// Remembers users of this repository.
    pub fn new(users: Arc<dyn UserRepository>, clock: Arc<dyn Clock>) -> Self {
        Self {
            users,
            clock,
            cache: TtlCache::new(LIFETIME),
        }
    }
}

#[async_trait]
impl UserRepository for CachedUsers {
    async fn find_many(&self, ids: Vec<UserId>) -> Result<Vec<User>, Failure> {
        let now = self.clock.now();
        let token = self.cache.start_fill(now);
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
                self.cache.remember(token, user.id, user.clone());
                found.push(user);
            }
        }
        Ok(found)
    }

    async fn find_named(&self, usernames: Vec<String>) -> Result<Vec<User>, Failure> {
        self.users.find_named(usernames).await
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
        let committed = self.users.commit(change, key).await;
        // Even on a failure: it may have come after the change.
        self.cache.forget();
        committed
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use chrono::DateTime;
    use leopard_core::domain::account::User;
    use leopard_core::domain::notification::Preferences;
    use leopard_core::port::{MockClock, MockUserRepository};

    use super::*;

    fn user(id: UserId) -> User {
        User {
            id,
            username: format!("user{id}"),
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

    /// Users behind a memory, who was asked for in the store, and a clock to turn.
    struct Scene {
        users: CachedUsers,
        asked_for: Arc<Mutex<Vec<Vec<UserId>>>>,
        second: Arc<Mutex<i64>>,
    }

    impl Scene {
        fn new() -> Self {
            let asked_for = Arc::new(Mutex::new(vec![]));
            let mut store = MockUserRepository::new();
            let log = asked_for.clone();
            store.expect_find_many().returning(move |ids| {
                log.lock().unwrap().push(ids.clone());
                Ok(ids.into_iter().filter(|id| id.0 < 100).map(user).collect())
            });
            store
                .expect_commit()
                .returning(|_, _| Err(Failure::Unavailable("away".to_owned())));
            let second = Arc::new(Mutex::new(0));
            let mut clock = MockClock::new();
            let hand = second.clone();
            clock
                .expect_now()
                .returning(move || DateTime::from_timestamp(*hand.lock().unwrap(), 0).unwrap());
            Self {
                users: CachedUsers::new(Arc::new(store), Arc::new(clock)),
                asked_for,
                second,
            }
        }

        async fn find(&self, ids: &[i64]) -> Vec<i64> {
            let ids = ids.iter().copied().map(UserId).collect();
            let found = self.users.find_many(ids).await.unwrap();
            let mut found: Vec<_> = found.into_iter().map(|user| user.id.0).collect();
            found.sort_unstable();
            found
        }

        fn asked_for(&self) -> Vec<Vec<i64>> {
            let token = self.asked_for.lock().unwrap();
            let ids = |ids: &Vec<UserId>| ids.iter().map(|id| id.0).collect();
            token.iter().map(ids).collect()
        }
    }

    #[tokio::test]
    async fn the_store_is_asked_for_those_only_who_are_not_known() {
        let scene = Scene::new();
        assert_eq!(scene.find(&[1, 2]).await, [1, 2]);
        assert_eq!(scene.find(&[2, 3, 1]).await, [1, 2, 3]);
        assert_eq!(scene.find(&[3]).await, [3]);
        assert_eq!(scene.asked_for(), [vec![1, 2], vec![3]]);
    }

    #[tokio::test]
    async fn who_is_not_there_may_come() {
        let scene = Scene::new();
        assert_eq!(scene.find(&[500]).await, [0; 0]);
        assert_eq!(scene.find(&[500]).await, [0; 0]);
        assert_eq!(scene.asked_for(), [vec![500], vec![500]]);
    }

    #[tokio::test]
    async fn nobody_is_remembered_for_longer_than_a_second() {
        let scene = Scene::new();
        scene.find(&[1]).await;
        *scene.second.lock().unwrap() += 1;
        scene.find(&[1]).await;
        assert_eq!(scene.asked_for(), [vec![1], vec![1]]);
    }

    #[tokio::test]
    async fn a_change_is_seen_at_once_whatever_its_answer() {
        let scene = Scene::new();
        scene.find(&[1]).await;
        let refused = scene
            .users
            .commit(UserChange::Deactivate(UserId(1)), None)
            .await;
        assert!(refused.is_err());
        scene.find(&[1]).await;
        assert_eq!(scene.asked_for(), [vec![1], vec![1]]);
    }
}
