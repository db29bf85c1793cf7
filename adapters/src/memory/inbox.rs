use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use leopard_core::domain::change::{InboxStored, InboxWrite, Selection};
use leopard_core::domain::id::NotificationId;
use leopard_core::domain::notification::{Notification, NotificationRecord};

use super::mailbox::Mail;

/// Reads or deletes in the mailbox; its state moves only if something really changed.
pub(super) fn change(mail: &mut Mail, write: InboxWrite, at: DateTime<Utc>) -> InboxStored {
    let changed = match write {
        InboxWrite::MarkRead(Selection::All) => mark_read(mail, at, |_| true),
        InboxWrite::MarkRead(Selection::Ids(ids)) => {
            let ids: HashSet<NotificationId> = ids.into_iter().collect();
            mark_read(mail, at, |id| ids.contains(&id))
        }
        InboxWrite::Delete(id) => delete(mail, id),
    };
    if changed > 0 {
        mail.mailbox.state += 1;
    }
    InboxStored {
        mailbox: mail.mailbox,
        changed,
    }
}

fn mark_read(mail: &mut Mail, at: DateTime<Utc>, wanted: impl Fn(NotificationId) -> bool) -> u64 {
    let mut changed = 0;
    for place in mail.places.iter_mut().filter(|place| wanted(place.id)) {
        let unread = place.notification.as_mut().filter(|it| !it.is_read());
        if let Some(notification) = unread {
            *notification = Arc::new(Notification::restore(NotificationRecord {
                read_at: Some(at),
                updated_at: at,
                ..(***notification).clone()
            }));
            place.state = mail.mailbox.state + 1;
            mail.mailbox.unread -= 1;
            changed += 1;
        }
    }
    changed
}

fn delete(mail: &mut Mail, id: NotificationId) -> u64 {
    let Some(place) = mail.places.iter_mut().find(|place| place.id == id) else {
        return 0;
    };
    let Some(deleted) = place.notification.take() else {
        return 0;
    };
    place.state = mail.mailbox.state + 1;
    if !deleted.is_read() {
        mail.mailbox.unread -= 1;
    }
    1
}
