use std::future::pending;
use std::sync::atomic::AtomicUsize;

use futures_util::FutureExt as _;
use leopard_core::Failure;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;

const SOON: Duration = Duration::from_millis(10);

/// Leases whose connections are never used, and how many were opened.
fn leases(size: usize) -> (Leases, Arc<AtomicUsize>) {
    let opened = Arc::new(AtomicUsize::new(0));
    let count = opened.clone();
    let leases = Leases::new(size, SOON, move || {
        count.fetch_add(1, Ordering::SeqCst);
        PgPoolOptions::new().connect_lazy_with(PgConnectOptions::new())
    });
    (leases, opened)
}

async fn lend(leases: &Leases) -> Result<Lease, DbErr> {
    let (lease, _) = leases.lend(Instant::now() + ACQUIRE_TIMEOUT).await?;
    Ok(lease)
}

#[tokio::test]
async fn answering_connection_is_reused() {
    let (leases, opened) = leases(2);
    for _ in 0..3 {
        let lease = lend(&leases).await.unwrap();
        assert_eq!(lease.within_limit(async { 42 }).await.unwrap(), 42);
    }
    assert_eq!(opened.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn silent_connection_is_closed_and_replaced() {
    let (leases, opened) = leases(1);
    for replaced in 1..4 {
        let lease = lend(&leases).await.unwrap();
        assert_eq!(opened.load(Ordering::SeqCst), replaced);
        let pool = lease.pool.clone();
        let Err(silent) = lease.within_limit(pending::<()>()).await else {
            panic!("it never answers");
        };
        assert!(pool.is_closed());
        let error = SqlError::from(silent);
        assert!(!error.is_retryable(), "it may have been committed");
        let Failure::Unavailable(_) = error.into() else {
            panic!("it may answer again");
        };
    }
}

#[tokio::test]
async fn connection_is_closed_when_its_caller_leaves() {
    let (leases, opened) = leases(1);
    let lease = lend(&leases).await.unwrap();
    let pool = lease.pool.clone();
    assert!(lease.within_limit(pending::<()>()).now_or_never().is_none());
    assert!(pool.is_closed());
    drop(lease);
    drop(lend(&leases).await.unwrap());
    assert_eq!(opened.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn size_is_limited_and_closed_pool_lends_nothing() {
    let (leases, opened) = leases(2);
    let lent = [lend(&leases).await, lend(&leases).await];
    assert!(lend(&leases).now_or_never().is_none());
    leases.close().await;
    assert!(lend(&leases).await.is_err());
    drop(lent);
    assert!(leases.shared.idle().connections.is_empty());
    assert_eq!(opened.load(Ordering::SeqCst), 2);
}
