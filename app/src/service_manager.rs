//! What the service manager is told, where there is one that listens (`Type=notify` of systemd).

use sd_notify::NotifyState;

/// The server takes requests from now on.
pub fn ready() {
    tell(NotifyState::Ready);
}

/// The server is on its way out.
pub fn stopping() {
    tell(NotifyState::Stopping);
}

fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the service manager could not be told");
    }
}
