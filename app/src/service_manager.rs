//! Notifications to the service manager (`Type=notify` of systemd).

use sd_notify::NotifyState;

/// Notifies the service manager, if there is one.
pub fn notify(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "cannot notify the service manager");
    }
}
