//! Background work from start to stop.

use std::sync::Arc;
use std::time::Duration;

use leopard_core::Failure;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::cli_error::CliError;
use crate::health::NodeHealth;
use crate::wiring::Node;

/// The resolution of heartbeats and expiries.
const TICK: Duration = Duration::from_millis(250);
/// How often the memory of expired cache entries is freed: a few lifetimes of an entry.
const CACHE_SWEEP: Duration = Duration::from_secs(10);
/// How often the database is checked while no health request comes.
const DATABASE_CHECK: Duration = Duration::from_secs(5);

/// Starts the background work of a node, before its first stream opens; dropping the set stops it.
pub async fn start(node: &Node) -> Result<JoinSet<()>, Failure> {
    let mut work = JoinSet::new();
    let (hub, clock) = (node.hub.clone(), node.core.clock.clone());
    work.spawn(every(TICK, "tick", async move || {
        hub.tick(clock.now());
        Ok(())
    }));
    let users = node.cached_users.clone();
    work.spawn(every(CACHE_SWEEP, "user cache", async move || {
        users.remove_expired();
        Ok(())
    }));
    if let Some(relay) = node.relay.clone() {
        work.spawn(async move { relay.run().await });
    }
    for mut job in node.core.background().await? {
        work.spawn(every(job.period, job.name, async move || job.run().await));
    }
    Ok(work)
}

/// Checks the database periodically, so that a fault is logged without a health request.
pub fn watch_database(work: &mut JoinSet<()>, health: Arc<NodeHealth>) {
    work.spawn(every(DATABASE_CHECK, "database check", async move || {
        health.check_database().await;
        Ok(())
    }));
}

/// Runs the work periodically. A failure is logged once, and once more when the work succeeds again.
async fn every(
    period: Duration,
    name: &'static str,
    mut work: impl AsyncFnMut() -> Result<(), Failure>,
) {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failing = false;
    loop {
        ticks.tick().await;
        match work().await {
            Ok(()) if failing => {
                failing = false;
                tracing::info!(job = name, "background job succeeds again");
            }
            Err(failure) if !failing => {
                failing = true;
                tracing::warn!(job = name, ?failure, "background job failed, retrying");
            }
            Ok(()) | Err(_) => {}
        }
    }
}

/// Waits until some of the background work ends, and returns why.
pub async fn fault(work: &mut JoinSet<()>) -> CliError {
    let why = match work.join_next().await {
        Some(Err(error)) => error.to_string(),
        Some(Ok(())) | None => "it ended".to_owned(),
    };
    CliError(format!("background work has failed: {why}"))
}

/// Listens for the signals that stop the process, which no longer end it by themselves. The result waits for the
/// first one.
pub fn stop_signal() -> Result<impl Future<Output = ()>, CliError> {
    let listen = |kind| {
        signal(kind).map_err(|error| CliError(format!("cannot listen for signals: {error}")))
    };
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn background_work_that_ends_or_panics_is_reported() {
        let mut work = JoinSet::new();
        work.spawn(std::future::pending());
        work.spawn(async { panic!("on purpose") });
        let error = fault(&mut work).await.0;
        assert!(error.contains("on purpose"), "{error}");
        work.spawn(async {});
        let error = fault(&mut work).await.0;
        assert!(error.contains("ended"), "{error}");
    }
}
