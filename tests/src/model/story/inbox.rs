use leopard_core::Failure;
use leopard_core::domain::id::NotificationId;
use leopard_core::domain::notification::{Notification, NotificationEdit};
use leopard_core::service::notifications::InboxFilter;

use super::{Story, page_of};
use crate::model::answer::Answer;
use crate::model::operation::{InboxOperation, Place};
use crate::model::people::Who;

impl Story<'_> {
    pub(super) async fn perform_inbox(
        &self,
        by: Who,
        operation: &InboxOperation,
    ) -> Result<Answer, Failure> {
        let (inbox, user) = (&self.house.core.inbox, self.id(by));
        let note = match operation {
            InboxOperation::Read(place) => inbox.read(user, self.note(*place)).await?,
            InboxOperation::MarkRead(place) => inbox.mark_read(user, self.note(*place)).await?,
            InboxOperation::MarkManyRead(places) => {
                let ids = places.iter().map(|place| self.note(*place)).collect();
                return Ok(Answer::Count(inbox.bulk_mark_read(user, ids).await?));
            }
            InboxOperation::MarkAllRead => {
                return Ok(Answer::Count(inbox.mark_all_read(user).await?));
            }
            InboxOperation::Edit {
                place,
                read,
                is_completed,
            } => {
                let edit = NotificationEdit {
                    read: *read,
                    is_completed: *is_completed,
                };
                inbox.edit(user, self.note(*place), edit).await?
            }
            InboxOperation::Delete(place) => {
                inbox.delete(user, self.note(*place)).await?;
                return Ok(Answer::Done);
            }
            InboxOperation::List(list) => {
                let filter = InboxFilter {
                    include_read: list.include_read,
                    kind: list.kind,
                    after: list.after,
                };
                let page = page_of(list.page, list.size)?;
                let found = inbox.list(user, filter, page).await?;
                return Ok(notes(found.total, &found.items));
            }
            InboxOperation::Overdue => {
                let found = inbox.overdue(user).await?;
                return Ok(notes(found.len() as u64, &found));
            }
            InboxOperation::UnreadCount => {
                let unread = inbox.unread_count(user).await?;
                return Ok(Answer::Count(unread.cast_unsigned()));
            }
        };
        Ok(Answer::Note(self.seen_note(&note)))
    }

    fn note(&self, place: Place) -> NotificationId {
        let notes = &self.notes[place.of as usize];
        let number = place.number.checked_rem(notes.len());
        number.map_or(NotificationId(i64::MAX), |number| notes[number])
    }
}

fn notes(count: u64, found: &[Notification]) -> Answer {
    Answer::Notes(count, found.iter().map(|it| it.sequence).collect())
}
