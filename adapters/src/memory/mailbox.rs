use std::sync::Arc;

use leopard_core::domain::id::{NotificationId, UserId};
use leopard_core::domain::notification::{
    LogEntry, Mailbox, MetaInfo, NewNotification, Notification, ReadStateChange, ReadStatus,
    RevisionCursor,
};

use super::tables::{Tables, next_id};

/// A mailbox and its entries in the order of their sequences, which start at 1.
#[derive(Debug)]
pub(super) struct Mail {
    pub(super) mailbox: Mailbox,
    pub(super) entries: Vec<Entry>,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: NotificationId,
    pub(super) sequence: i64,
    /// The mailbox's revision after the last commit that read, unread or deleted it; 0 before any.
    pub(super) revision: i64,
    /// `None` once it is deleted.
    pub(super) notification: Option<Arc<Notification>>,
}

impl Mail {
    pub(super) fn empty(user: UserId) -> Self {
        Self { mailbox: Mailbox::empty(user), entries: Vec::new() }
    }

    /// The notifications that are not deleted, oldest first.
    pub(super) fn present(&self) -> impl DoubleEndedIterator<Item = &Notification> {
        let entries = self.entries.iter();
        entries.filter_map(|entry| entry.notification.as_deref())
    }
}

impl Entry {
    pub(super) fn log_entry(&self) -> LogEntry {
        match &self.notification {
            Some(notification) => LogEntry::Present(Arc::clone(notification)),
            None => LogEntry::Tombstone { id: self.id, sequence: self.sequence },
        }
    }

    pub(super) fn state_change(&self) -> ReadStateChange {
        let status = match &self.notification {
            None => ReadStatus::Deleted,
            Some(notification) if notification.is_read() => ReadStatus::Read,
            Some(_) => ReadStatus::Unread,
        };
        ReadStateChange { cursor: RevisionCursor { revision: self.revision, id: self.id }, status }
    }
}

impl Tables {
    /// The notification with this id, if it is not deleted. Its id is its position in the log.
    pub(super) fn notification(&self, id: NotificationId) -> Option<&Notification> {
        let index = usize::try_from(id.0.checked_sub(1)?).ok()?;
        let (user, sequence) = self.log.get(index)?;
        let index = usize::try_from(sequence - 1).ok()?;
        let entry = self.mail.get(user)?.entries.get(index)?;
        entry.notification.as_deref()
    }
}

pub(super) fn append(tables: &mut Tables, new: NewNotification<MetaInfo>) -> Notification {
    let user = new.recipient;
    let id = NotificationId(next_id(tables.log.len()));
    let mail = tables.mail.entry(user).or_insert_with(|| Mail::empty(user));
    mail.mailbox.head += 1;
    mail.mailbox.unread += 1;
    let sequence = mail.mailbox.head;
    let notification = new.into_notification(id, sequence);
    mail.entries.push(Entry {
        id,
        sequence,
        revision: 0,
        notification: Some(Arc::new(notification.clone())),
    });
    tables.log.push((user, sequence));
    notification
}
