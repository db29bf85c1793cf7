use leopard_core::domain::account::{SecurityEvent, SecurityEventKind};
use leopard_core::domain::id::UserId;
use leopard_core::port::SecurityLog;

/// Writes events to the log of the process, with the target `security`.
#[derive(Debug, Clone, Copy, Default)]
pub struct TracingSecurityLog;

impl SecurityLog for TracingSecurityLog {
    fn record(&self, event: SecurityEvent) {
        let id = |user: Option<UserId>| user.map(|user| user.0);
        let (is_staff, recipients) = match event.kind {
            SecurityEventKind::RightsChanged { is_staff } => (Some(is_staff), None),
            SecurityEventKind::NotificationsSent { recipients } => (None, Some(recipients)),
            _ => (None, None),
        };
        let key = match event.kind {
            SecurityEventKind::KeyCreated { key }
            | SecurityEventKind::KeyRevoked { key }
            | SecurityEventKind::KeyRefused { key } => Some(key.0),
            _ => None,
        };
        tracing::info!(
            target: "security",
            event = %event.kind.name(),
            client = event.client.map(tracing::field::display),
            user_id = id(event.user),
            target_user_id = id(event.target),
            is_staff,
            recipients,
            key_id = key,
        );
    }
}
