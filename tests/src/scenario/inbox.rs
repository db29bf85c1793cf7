use leopard_core::domain::id::NotificationId;
use leopard_core::domain::notification::NotificationEdit;
use leopard_core::service::notifications::InboxFilter;

use super::actor::Actor;
use super::operation::{InboxOperation, Place};
use super::run::{Answer, Scenario, page_of, seen};

impl Scenario<'_> {
    pub(super) async fn perform_inbox(&self, by: Actor, operation: &InboxOperation) -> Answer {
        let (inbox, user) = (&self.services.core.inbox, self.id(by));
        match operation {
            InboxOperation::Read(place) => seen(inbox.read(user, self.notification(*place)).await?),
            InboxOperation::MarkRead(place) => {
                seen(inbox.mark_read(user, self.notification(*place)).await?)
            }
            InboxOperation::MarkManyRead(places) => {
                let ids = places.iter().map(|place| self.notification(*place)).collect();
                seen(inbox.bulk_mark_read(user, ids).await?)
            }
            InboxOperation::MarkAllRead => seen(inbox.mark_all_read(user).await?),
            InboxOperation::Edit { place, read, is_completed } => {
                let edit = NotificationEdit { read: *read, is_completed: *is_completed };
                seen(inbox.edit(user, self.notification(*place), edit).await?)
            }
            InboxOperation::Delete(place) => {
                seen(inbox.delete(user, self.notification(*place)).await?)
            }
            InboxOperation::List(list) => {
                let filter = InboxFilter {
                    include_read: list.include_read,
                    kind: list.kind,
                    after: list.after,
                };
                let page = page_of(list.page, list.size)?;
                seen(inbox.list(user, filter, page).await?)
            }
            InboxOperation::Overdue => seen(inbox.overdue(user).await?),
            InboxOperation::UnreadCount => seen(inbox.unread_count(user).await?),
        }
    }

    fn notification(&self, place: Place) -> NotificationId {
        let all = &self.notifications[place.of as usize];
        let number = place.number.checked_rem(all.len());
        number.map_or(NotificationId(i64::MAX), |number| all[number])
    }
}
