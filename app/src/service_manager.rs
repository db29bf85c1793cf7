//! Notifications to the service manager (`Type=notify` of systemd).

use sd_notify::NotifyState;

/// The server accepts requests.
pub fn ready() {
    notify(NotifyState::Ready);
}

/// The server is shutting down.
pub fn stopping() {
    notify(NotifyState::Stopping);
}

fn notify(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "cannot notify the service manager");
    }
}
