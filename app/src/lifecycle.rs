//! What goes on in the background from start to stop.

use std::sync::Arc;
use std::time::Duration;

use leopard_core::Failure;
use leopard_core::stream::{GapRecovery, LogPoller, PresenceReporter, Reconciler, SessionReaper};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::cli_error::CliError;
use crate::health::NodeHealth;
use crate::wiring::Node;

/// How finely heartbeats and expiries are told apart.
const TICK: Duration = Duration::from_millis(250);
/// How often the log is asked what no update told of: an event comes within two seconds of its commit,
/// as long as the database answers at once.
const LOG_POLL: Duration = Duration::from_secs(1);
/// How soon after each other missed updates are made up for: many streams that open are compared
/// together.
const GAP_RECOVERY: Duration = Duration::from_millis(250);
/// How often the logins of open streams are looked at: they end within five seconds.
const SESSION_REAPER: Duration = Duration::from_secs(2);
/// How often other nodes are told of the streams here.
const PRESENCE: Duration = Duration::from_secs(1);
/// How often sessions are deleted that ended more than a day ago.
const PRUNING: Duration = Duration::from_mins(10);
/// How often requests are forgotten that may not come again any more.
const FORGETTING: Duration = Duration::from_mins(10);
/// How often the database is checked while no health request comes.
const DATABASE_CHECK: Duration = Duration::from_secs(5);

/// Starts everything that wakes, mends and ends open streams, of which there may be none before, and
/// looks at due dates this often, and clears up; dropping the set stops it.
pub async fn start(node: &Node, reminding: Duration) -> Result<JoinSet<()>, Failure> {
    let mut work = JoinSet::new();

    let (hub, clock) = (node.hub.clone(), node.clock.clone());
    work.spawn(every(TICK, "tick", async move || {
        hub.tick(clock.now());
        Ok(())
    }));

    let notifications = node.repositories.notifications.clone();
    let mut log_poller = LogPoller::begin(notifications, node.hub.clone()).await?;
    work.spawn(every(LOG_POLL, "sweep", async move || {
        log_poller.notify_changes().await
    }));

    let reconciler = Reconciler {
        notifications: node.repositories.notifications.clone(),
        subscriber: node.hub.clone(),
    };
    if let Some(relay) = node.relay.clone() {
        let mut gap_recovery = GapRecovery::new(relay.clone(), reconciler.clone());
        work.spawn(every(GAP_RECOVERY, "catching up", async move || {
            gap_recovery.recover().await
        }));
        work.spawn(async move { relay.carry().await });
    }
    let heartbeat = Duration::from_secs(node.streams.limits.heartbeat_seconds.into());
    work.spawn(every(heartbeat, "comparison", async move || {
        reconciler.reconcile().await
    }));

    let session_reaper = SessionReaper {
        users: node.repositories.users.clone(),
        sessions: node.repositories.sessions.clone(),
        subscriber: node.hub.clone(),
    };
    work.spawn(every(SESSION_REAPER, "guard", async move || {
        session_reaper.end_revoked().await
    }));

    let mut presence = PresenceReporter::new(node.streams.presence.clone(), node.hub.clone());
    work.spawn(every(PRESENCE, "census", async move || {
        presence.report().await
    }));

    let reminders = node.reminders.clone();
    work.spawn(every(reminding, "reminders", async move || {
        while reminders.scan().await? {}
        Ok(())
    }));

    let accounts = node.accounts.clone();
    work.spawn(every(PRUNING, "pruning sessions", async move || {
        accounts.prune_sessions().await
    }));

    let idempotency = node.idempotency.clone();
    work.spawn(every(FORGETTING, "forgetting", async move || {
        idempotency.purge_expired().await
    }));
    Ok(work)
}

/// Checks the database periodically, so that a fault is logged without a health request.
pub fn watch_database(work: &mut JoinSet<()>, health: Arc<NodeHealth>) {
    work.spawn(every(DATABASE_CHECK, "database check", async move || {
        health.check_database().await;
        Ok(())
    }));
}

/// Does the same thing again and again; a failure is logged once, until it works again.
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

/// Why the background work does not go on any more; ready only if some of it has ended.
pub async fn fault(work: &mut JoinSet<()>) -> CliError {
    let why = match work.join_next().await {
        Some(Err(error)) => error.to_string(),
        Some(Ok(())) | None => "it ended".to_owned(),
    };
    CliError(format!("background work has failed: {why}"))
}

/// Hears when somebody asks this process to stop.
pub struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    /// From now on a signal does not end the process by itself.
    pub fn listen() -> Result<Self, CliError> {
        let listen =
            |kind| signal(kind).map_err(|error| CliError(format!("cannot hear signals: {error}")));
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
        })
    }

    /// Waits for the first one.
    pub async fn received(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_ends_or_panics_is_a_fault() {
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
