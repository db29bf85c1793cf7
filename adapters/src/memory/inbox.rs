use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use leopard_core::domain::change::{InboxStored, InboxWrite, Selection};
use leopard_core::domain::id::NotificationId;
use leopard_core::domain::notification::{Mailbox, NotificationEdit};

use super::mailbox::{Mail, Place};

/// Reads, edits or deletes in the mailbox; its state moves only if followers are to hear of it.
pub(super) fn change(mail: &mut Mail, write: InboxWrite, at: DateTime<Utc>) -> InboxStored {
    let changed = match write {
        InboxWrite::MarkRead(Selection::All) => mark_read(mail, at, |_| true),
        InboxWrite::MarkRead(Selection::Ids(ids)) => {
            let ids: HashSet<NotificationId> = ids.into_iter().collect();
            mark_read(mail, at, |id| ids.contains(&id))
        }
        InboxWrite::Edit(id, edit) => self::edit(mail, at, id, edit),
        InboxWrite::Delete(id) => delete(mail, id),
    };
    // Each place that was read, unread or deleted has the state that comes next.
    let next = mail.mailbox.revision + 1;
    if mail.places.iter().any(|place| place.revision == next) {
        mail.mailbox.revision = next;
    }
    InboxStored {
        mailbox: mail.mailbox,
        changed,
    }
}

fn mark_read(mail: &mut Mail, at: DateTime<Utc>, wanted: impl Fn(NotificationId) -> bool) -> u64 {
    let read = NotificationEdit {
        read: Some(true),
        is_completed: None,
    };
    let Mail { mailbox, places } = mail;
    let wanted = places.iter_mut().filter(|place| wanted(place.id));
    wanted
        .map(|place| edit_place(mailbox, place, at, read))
        .sum()
}

fn edit(mail: &mut Mail, at: DateTime<Utc>, id: NotificationId, edit: NotificationEdit) -> u64 {
    let Mail { mailbox, places } = mail;
    let place = places.iter_mut().find(|place| place.id == id);
    place.map_or(0, |place| edit_place(mailbox, place, at, edit))
}

/// Edits what stands there, if anything does, and says how many have changed by that.
fn edit_place(
    mailbox: &mut Mailbox,
    place: &mut Place,
    at: DateTime<Utc>,
    edit: NotificationEdit,
) -> u64 {
    let Some(notification) = &mut place.notification else {
        return 0;
    };
    let edited = notification.edited(edit, at);
    if edited == **notification {
        return 0;
    }
    if edited.is_read() != notification.is_read() {
        mailbox.unread += if edited.is_read() { -1 } else { 1 };
        place.revision = mailbox.revision + 1;
    }
    *notification = Arc::new(edited);
    1
}

fn delete(mail: &mut Mail, id: NotificationId) -> u64 {
    let Some(place) = mail.places.iter_mut().find(|place| place.id == id) else {
        return 0;
    };
    let Some(deleted) = place.notification.take() else {
        return 0;
    };
    place.revision = mail.mailbox.revision + 1;
    if !deleted.is_read() {
        mail.mailbox.unread -= 1;
    }
    1
}
