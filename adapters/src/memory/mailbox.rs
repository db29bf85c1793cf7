use std::sync::Arc;

use leopard_core::domain::id::{NotificationId, UserId};
use leopard_core::domain::notification::{
    LogEntry, Mailbox, MetaInfo, NewNotification, Notification, NotificationRecord,
    ReadStateChange, ReadStatus, RevisionCursor,
};

use super::tables::{Tables, next_id};

/// A mailbox and its places, the one of sequence 1 first.
#[derive(Debug)]
pub(super) struct Mail {
    pub(super) mailbox: Mailbox,
    pub(super) places: Vec<Place>,
}

/// One place of the log.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) id: NotificationId,
    pub(super) sequence: i64,
    /// The mailbox's state after the commit that read or deleted it, 0 before that.
    pub(super) revision: i64,
    /// Gone once it is deleted.
    pub(super) notification: Option<Arc<Notification>>,
}

impl Mail {
    pub(super) fn empty(user: UserId) -> Self {
        Self {
            mailbox: Mailbox::empty(user),
            places: Vec::new(),
        }
    }

    /// Those that are not deleted, oldest first.
    pub(super) fn present(&self) -> impl DoubleEndedIterator<Item = &Notification> {
        self.places
            .iter()
            .filter_map(|place| place.notification.as_deref())
    }
}

impl Place {
    pub(super) fn log_entry(&self) -> LogEntry {
        match &self.notification {
            Some(notification) => LogEntry::Present(Arc::clone(notification)),
            None => LogEntry::Tombstone {
                id: self.id,
                sequence: self.sequence,
            },
        }
    }

    pub(super) fn state_change(&self) -> ReadStateChange {
        let status = match &self.notification {
            None => ReadStatus::Deleted,
            Some(notification) if notification.is_read() => ReadStatus::Read,
            Some(_) => ReadStatus::Unread,
        };
        ReadStateChange {
            cursor: RevisionCursor {
                revision: self.revision,
                id: self.id,
            },
            status,
        }
    }
}

impl Tables {
    /// Whoever's it is, if it is not deleted: its identity is its number in the log of all.
    pub(super) fn notification(&self, id: NotificationId) -> Option<&Notification> {
        let number = usize::try_from(id.0.checked_sub(1)?).ok()?;
        let (user, sequence) = self.log.get(number)?;
        let place = usize::try_from(sequence - 1).ok()?;
        self.mail
            .get(user)?
            .places
            .get(place)?
            .notification
            .as_deref()
    }
}

/// Appends to the recipient's mailbox.
pub(super) fn append(tables: &mut Tables, new: NewNotification<MetaInfo>) -> Notification {
    let user = new.recipient;
    let id = NotificationId(next_id(tables.log.len()));
    let mail = tables.mail.entry(user).or_insert_with(|| Mail::empty(user));
    mail.mailbox.head += 1;
    mail.mailbox.unread += 1;
    let sequence = mail.mailbox.head;
    let notification = Notification::restore(NotificationRecord {
        id,
        sequence,
        recipient: user,
        kind: new.kind,
        title: new.title,
        message: new.message,
        due_date: new.due_date,
        meta_info: new.subject,
        read_at: None,
        is_completed: false,
        created_at: new.created_at,
        updated_at: new.created_at,
    });
    mail.places.push(Place {
        id,
        sequence,
        revision: 0,
        notification: Some(Arc::new(notification.clone())),
    });
    tables.log.push((user, sequence));
    notification
}
