//! A semaphore per user: limits how many operations of one user run at once, without delaying others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leopard_core::domain::id::UserId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

#[derive(Debug, Clone)]
pub(in crate::sql) struct UserPermits {
    each: usize,
    /// Users who hold or wait for permits.
    users: Arc<Mutex<HashMap<UserId, Arc<Semaphore>>>>,
}

/// A user's permit, released on drop.
#[derive(Debug)]
pub(in crate::sql) struct UserPermit {
    user: UserId,
    users: Arc<Mutex<HashMap<UserId, Arc<Semaphore>>>>,
    permit: Option<OwnedSemaphorePermit>,
}

impl UserPermits {
    /// Grants `each` permits per user.
    pub(in crate::sql) fn new(each: usize) -> Self {
        Self { each, users: Arc::default() }
    }

    /// Waits for a permit of this user, in first-come order.
    pub(in crate::sql) async fn acquire(&self, user: UserId) -> UserPermit {
        let semaphore = {
            let mut users = lock(&self.users);
            let new = || Arc::new(Semaphore::new(self.each));
            users.entry(user).or_insert_with(new).clone()
        };
        UserPermit {
            user,
            users: self.users.clone(),
            // The semaphore is never closed.
            permit: semaphore.acquire_owned().await.ok(),
        }
    }
}

impl Drop for UserPermit {
    fn drop(&mut self) {
        let mut users = lock(&self.users);
        drop(self.permit.take());
        let is_last = |permits: &Arc<Semaphore>| Arc::strong_count(permits) == 1;
        if users.get(&self.user).is_some_and(is_last) {
            users.remove(&self.user);
        }
    }
}

fn lock(
    users: &Mutex<HashMap<UserId, Arc<Semaphore>>>,
) -> MutexGuard<'_, HashMap<UserId, Arc<Semaphore>>> {
    users.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    const ANA: UserId = UserId(7);
    const BOB: UserId = UserId(8);

    #[tokio::test]
    async fn user_waits_for_own_permits_only() {
        let permits = UserPermits::new(1);
        let first = permits.acquire(ANA).await;
        let second = permits.acquire(ANA);
        let mut second = std::pin::pin!(second);
        assert!(second.as_mut().now_or_never().is_none());
        assert!(permits.acquire(BOB).now_or_never().is_some());
        drop(first);
        assert!(second.now_or_never().is_some());
    }

    #[tokio::test]
    async fn users_without_permits_are_forgotten() {
        let permits = UserPermits::new(2);
        let held = [permits.acquire(ANA).await, permits.acquire(ANA).await];
        assert!(permits.acquire(ANA).now_or_never().is_none());
        assert_eq!(lock(&permits.users).len(), 1);
        drop(held);
        assert_eq!(lock(&permits.users).len(), 0);
    }
}
