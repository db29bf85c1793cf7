//! What other systems have users told.

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::change::AppendNotifications;
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::Notification;
use sea_orm::DatabaseTransaction;

use crate::sql::commit::writer::Write;
use crate::sql::notifications::append as mailbox;

#[async_trait]
impl Write for AppendNotifications {
    type Stored = Vec<Notification>;

    async fn write(self, transaction: &DatabaseTransaction) -> Result<Vec<Notification>, Failure> {
        mailbox::append(transaction, self.notifications).await
    }

    fn mailboxes(&self) -> Vec<UserId> {
        mailbox::all_of(&self.notifications)
    }
}
