//! What is asked of the schema on every SQL database.

use std::sync::Arc;

use leopard_adapters::sql::SqlStore;
use leopard_core::Failure;
use leopard_core::domain::change::UserChange;
use leopard_core::domain::page::PageRequest;
use leopard_core::port::UserRepository;
use tokio::task::JoinSet;

use super::backend::open;
use super::sample::new_user;

/// Many open a new database at the same time; all of them find a schema, one makes the first user.
pub(super) async fn begin_at_once(url: &str) {
    let url: Arc<str> = url.into();
    let mut beginners = JoinSet::new();
    for number in 0..8 {
        let url = url.clone();
        beginners.spawn(async move {
            let store = open(&url).await;
            let first = UserChange::CreateFirst(new_user(&format!("first{number}")));
            UserRepository::commit(&store, first).await
        });
    }
    let answers = beginners.join_all().await;
    let made = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(made, 1, "{answers:?}");
    let others = answers.iter().filter_map(|answer| answer.as_ref().err());
    let refused = others.filter(|failure| **failure == Failure::Conflict);
    assert_eq!(refused.count(), 7, "{answers:?}");
}

/// The schema goes down and up again, step by step.
pub(super) async fn go_down_and_up(url: &str) {
    let store = open(url).await;
    let all = applied(&store).await;
    for left in (0..all).rev() {
        leopard_migration::down(store.writer(), Some(1))
            .await
            .expect("a step down");
        assert_eq!(applied(&store).await, left);
    }
    leopard_migration::up(store.writer()).await.expect("all up");
    assert_eq!(applied(&store).await, all);
    leopard_migration::down(store.writer(), None)
        .await
        .expect("all down");
    assert_eq!(applied(&store).await, 0);
    let missing = UserRepository::list(&store, PageRequest::first(1)).await;
    assert!(matches!(missing, Err(Failure::Internal(_))), "{missing:?}");
}

async fn applied(store: &SqlStore) -> usize {
    let status = leopard_migration::status(store.writer()).await;
    let status = status.expect("the status");
    status.iter().filter(|step| step.1).count()
}
