use leopard_core::domain::id::NotificationId;

use super::actor::Actor;
use super::operation::{InboxOperation, Place};
use super::run::{Observation, Scenario, seen};

impl Scenario<'_> {
    pub(super) async fn perform_inbox(&self, by: Actor, operation: InboxOperation) -> Observation {
        let (inbox, user) = (&self.services.core.inbox, self.id(by));
        let at = |place| self.notification(place);
        match operation {
            InboxOperation::Read(place) => seen(inbox.read(user, at(place)).await?),
            InboxOperation::MarkRead(place) => seen(inbox.mark_read(user, at(place)).await?),
            InboxOperation::MarkManyRead(places) => {
                let ids = places.into_iter().map(at).collect();
                seen(inbox.bulk_mark_read(user, ids).await?)
            }
            InboxOperation::MarkAllRead => seen(inbox.mark_all_read(user).await?),
            InboxOperation::Edit(place, edit) => seen(inbox.edit(user, at(place), edit).await?),
            InboxOperation::Delete(place) => seen(inbox.delete(user, at(place)).await?),
            InboxOperation::List(filter, page) => seen(inbox.list(user, filter, page).await?),
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
