//! A publisher of your own: it appends a line of JSON for each notification, then passes the updates on.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use leopard_core::async_trait;
use leopard_core::domain::notification::MailboxUpdate;
use leopard_core::port::NotificationPublisher;
use serde_json::json;

/// Writes notifications as JSON lines, for example to a file that another program reads.
pub struct JsonLines<W> {
    lines: Mutex<W>,
    next: Arc<dyn NotificationPublisher>,
}

impl<W: Write + Send> JsonLines<W> {
    /// Writes to `lines` and passes all updates on to `next`, which wakes the open streams.
    pub fn new(lines: W, next: Arc<dyn NotificationPublisher>) -> Self {
        Self { lines: Mutex::new(lines), next }
    }

    fn write(&self, update: &MailboxUpdate) -> std::io::Result<()> {
        let Some(notification) = &update.notification else { return Ok(()) };
        let line = json!({
            "user": update.user.0,
            "sequence": notification.sequence,
            "type": notification.kind.as_str(),
            "title": notification.title,
        });
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(lines, "{line}")
    }
}

#[async_trait]
impl<W: Write + Send> NotificationPublisher for JsonLines<W> {
    async fn publish(&self, updates: Vec<MailboxUpdate>) {
        for update in &updates {
            // Publishing cannot fail: a stream that misses an update reads it from the store.
            if let Err(error) = self.write(update) {
                eprintln!("cannot write an update: {error}");
            }
        }
        self.next.publish(updates).await;
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{File, read_to_string};

    use leopard_core::service::tasks::CreateTask;
    use leopard_core::{Core, Settings};
    use leopard_testkit::TestCore;
    use leopard_testkit::fixtures::create_task;

    use super::*;

    #[tokio::test]
    async fn each_notification_is_a_line() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("updates.jsonl");
        let test = TestCore::new();
        let mut ports = test.ports.clone();
        ports.publisher = Arc::new(JsonLines::new(File::create(&path).unwrap(), ports.publisher));
        let core = Core::new(ports, &Settings::default());

        let bob = test.user("bob").await;
        let request = CreateTask { assigned_to: Some(bob.id), ..create_task("Paint") };
        core.tasks.create(&test.user("alice").await, request, None).await.unwrap();

        let line = format!(
            r#"{{"user":{},"sequence":1,"type":"TASK_ASSIGNED","title":"New Task Assigned: Paint"}}"#,
            bob.id
        );
        assert_eq!(read_to_string(&path).unwrap(), line + "\n");
        assert_eq!(test.publisher.take().len(), 1, "it was passed on");
    }
}
