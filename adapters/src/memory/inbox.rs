use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use leopard_core::domain::change::{InboxStored, InboxWrite, Selection};
use leopard_core::domain::id::NotificationId;
use leopard_core::domain::notification::{Mailbox, NotificationEdit};

use super::mailbox::{Entry, Mail};

/// Applies the write. The revision is raised only if a notification was read, unread or deleted.
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
    // Every entry that was read, unread or deleted has the next revision.
    let next = mail.mailbox.revision + 1;
    if mail.entries.iter().any(|entry| entry.revision == next) {
        mail.mailbox.revision = next;
    }
    InboxStored { mailbox: mail.mailbox, changed }
}

fn mark_read(
    mail: &mut Mail,
    at: DateTime<Utc>,
    is_selected: impl Fn(NotificationId) -> bool,
) -> u64 {
    let read = NotificationEdit { read: Some(true), is_completed: None };
    let Mail { mailbox, entries } = mail;
    let selected = entries.iter_mut().filter(|entry| is_selected(entry.id));
    selected.map(|entry| edit_entry(mailbox, entry, at, read)).sum()
}

fn edit(mail: &mut Mail, at: DateTime<Utc>, id: NotificationId, edit: NotificationEdit) -> u64 {
    let Mail { mailbox, entries } = mail;
    let entry = entries.iter_mut().find(|entry| entry.id == id);
    entry.map_or(0, |entry| edit_entry(mailbox, entry, at, edit))
}

/// Edits the notification of an entry, and returns 1 if it changed.
fn edit_entry(
    mailbox: &mut Mailbox,
    entry: &mut Entry,
    at: DateTime<Utc>,
    edit: NotificationEdit,
) -> u64 {
    let Some(notification) = &mut entry.notification else {
        return 0;
    };
    let edited = notification.edited(edit, at);
    if edited == **notification {
        return 0;
    }
    if edited.is_read() != notification.is_read() {
        mailbox.unread += if edited.is_read() { -1 } else { 1 };
        entry.revision = mailbox.revision + 1;
    }
    *notification = Arc::new(edited);
    1
}

fn delete(mail: &mut Mail, id: NotificationId) -> u64 {
    let Some(entry) = mail.entries.iter_mut().find(|entry| entry.id == id) else {
        return 0;
    };
    let Some(deleted) = entry.notification.take() else {
        return 0;
    };
    entry.revision = mail.mailbox.revision + 1;
    if !deleted.is_read() {
        mail.mailbox.unread -= 1;
    }
    1
}
