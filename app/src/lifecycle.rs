//! What goes on in the background from start to stop.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use leopard_core::Failure;
use leopard_core::service::stream::{Guard, Sweep};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::wiring::Node;

/// How finely heartbeats and expiries are told apart.
const TICK: Duration = Duration::from_millis(250);
/// How often the log is asked what no bell told of: an event is late by two seconds at most.
const SWEEP: Duration = Duration::from_secs(1);
/// How often the logins of open streams are looked at: they end within five seconds.
const GUARD: Duration = Duration::from_secs(2);

/// Starts everything that wakes, mends and ends open streams; dropping the set stops it.
pub fn start(node: &Node) -> JoinSet<()> {
    let mut work = JoinSet::new();

    let (hub, clock) = (node.hub.clone(), node.clock.clone());
    work.spawn(every(TICK, "tick", move || {
        hub.tick(clock.now());
        std::future::ready(Ok(()))
    }));

    let sweep = Sweep::new(node.repositories.notifications.clone(), node.hub.clone());
    let sweep = Arc::new(tokio::sync::Mutex::new(sweep));
    let gains = sweep.clone();
    work.spawn(every(SWEEP, "sweep", move || {
        let sweep = gains.clone();
        async move { sweep.lock().await.ring_gains().await }
    }));
    let heartbeat = Duration::from_secs(node.follow.limits.heartbeat_seconds.into());
    work.spawn(every(heartbeat, "comparison", move || {
        let sweep = sweep.clone();
        async move { sweep.lock().await.compare_mailboxes().await }
    }));

    let guard = Arc::new(Guard {
        users: node.repositories.users.clone(),
        sessions: node.repositories.sessions.clone(),
        subscriber: node.hub.clone(),
    });
    work.spawn(every(GUARD, "guard", move || {
        let guard = guard.clone();
        async move { guard.end_fallen_logins().await }
    }));
    work
}

/// Does the same thing again and again; a failure is logged once, until it works again.
async fn every<F>(period: Duration, name: &'static str, mut work: impl FnMut() -> F)
where
    F: Future<Output = Result<(), Failure>>,
{
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failing = false;
    loop {
        ticks.tick().await;
        match work().await {
            Ok(()) if failing => {
                failing = false;
                tracing::info!(work = name, "works again");
            }
            Err(failure) if !failing => {
                failing = true;
                tracing::warn!(work = name, ?failure, "failed; tried again until it works");
            }
            Ok(()) | Err(_) => {}
        }
    }
}

/// Waits until somebody asks this process to stop.
pub async fn stop_requested() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
