//! A minimal store and client for the properties of the follower.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::event::StreamEvent;
use super::follower::Follower;
use crate::domain::id::NotificationId;
use crate::domain::notification::{
    LogEntry, Mailbox, MailboxUpdate, Notification, ReadStateChange, ReadStatePage, ReadStatus,
    RevisionCursor,
};
use crate::tests::fixtures::{self, BOB};

/// The store, and every update that it ever sent.
#[derive(Default)]
pub(super) struct Server {
    pub(super) rows: Vec<(ReadStatus, i64)>,
    revision: i64,
    pub(super) updates: Vec<MailboxUpdate>,
}

impl Server {
    pub(super) fn mailbox(&self) -> Mailbox {
        let unread = self.rows.iter().filter(|(status, _)| *status == ReadStatus::Unread).count();
        let count = |n: usize| i64::try_from(n).unwrap();
        Mailbox {
            user: BOB,
            head: count(self.rows.len()),
            revision: self.revision,
            unread: count(unread),
        }
    }

    pub(super) fn id(index: usize) -> NotificationId {
        NotificationId((i64::try_from(index).unwrap() + 1) * 10)
    }

    fn notification(&self, index: usize) -> Arc<Notification> {
        let sequence = i64::try_from(index).unwrap() + 1;
        let is_read = self.rows[index].0 == ReadStatus::Read;
        let read_at = is_read.then(fixtures::now);
        let id = Self::id(index);
        Arc::new(Notification { id, read_at, ..fixtures::notification(sequence) })
    }

    fn entry(&self, index: usize) -> LogEntry {
        let notification = self.notification(index);
        match self.rows[index].0 {
            ReadStatus::Deleted => {
                LogEntry::Tombstone { id: notification.id, sequence: notification.sequence }
            }
            _ => LogEntry::Present(notification),
        }
    }

    pub(super) fn append(&mut self, carries: bool) {
        self.rows.push((ReadStatus::Unread, 0));
        let notification = self.notification(self.rows.len() - 1);
        let mut update = MailboxUpdate::of_notification(notification);
        if !carries {
            update.notification = None;
        }
        self.updates.push(update);
    }

    pub(super) fn change(&mut self, position: usize, status: ReadStatus) {
        let Some(index) = position.checked_rem(self.rows.len()) else {
            return;
        };
        let current = self.rows[index].0;
        if current == status || current == ReadStatus::Deleted {
            return;
        }
        self.revision += 1;
        self.rows[index] = (status, self.revision);
        self.updates.push(MailboxUpdate::of_mailbox(self.mailbox()));
    }

    pub(super) fn read_all(&mut self) {
        let next = self.revision + 1;
        for row in &mut self.rows {
            if row.0 == ReadStatus::Unread {
                *row = (ReadStatus::Read, next);
                self.revision = next;
            }
        }
        self.updates.push(MailboxUpdate::of_mailbox(self.mailbox()));
    }

    pub(super) fn log_after(&self, after: i64) -> Vec<LogEntry> {
        let from = usize::try_from(after).unwrap().min(self.rows.len());
        (from..self.rows.len()).take(3).map(|index| self.entry(index)).collect()
    }

    pub(super) fn read_state_changes(&self, after: RevisionCursor) -> ReadStatePage {
        let mut changes: Vec<_> = (0..self.rows.len())
            .map(|index| {
                let id = Self::id(index);
                let (status, revision) = self.rows[index];
                ReadStateChange { cursor: RevisionCursor { revision, id }, status }
            })
            .filter(|change| change.cursor.revision > 0 && change.cursor > after)
            .collect();
        changes.sort_by_key(|change| change.cursor);
        changes.truncate(Follower::PAGE as usize);
        ReadStatePage { mailbox: self.mailbox(), changes }
    }
}

/// The state of a careful client.
#[derive(Default)]
pub(super) struct Client {
    pub(super) cursor: i64,
    pub(super) sequences: Vec<i64>,
    pub(super) statuses: BTreeMap<NotificationId, ReadStatus>,
    pub(super) count: i64,
    counted_to: i64,
}

impl Client {
    pub(super) fn receive(&mut self, event: &StreamEvent) {
        match event {
            StreamEvent::ConnectionEstablished { unread, newest, .. } => {
                self.count = *unread;
                self.counted_to = *newest;
            }
            StreamEvent::Notification(notification) => {
                self.sequences.push(notification.sequence);
                self.statuses.insert(notification.id, ReadStatus::Unread);
                self.count += i64::from(notification.sequence > self.counted_to);
            }
            StreamEvent::Tombstone { id, sequence } => {
                self.sequences.push(*sequence);
                self.statuses.insert(*id, ReadStatus::Deleted);
            }
            StreamEvent::NotificationsRead(ids) => self.mark(ids, ReadStatus::Read),
            StreamEvent::NotificationsDeleted(ids) => self.mark(ids, ReadStatus::Deleted),
            StreamEvent::UnreadCount(count) => self.count = *count,
            other => panic!("unexpected {other:?}"),
        }
        self.cursor = event.cursor().unwrap_or(self.cursor);
    }

    fn mark(&mut self, ids: &[NotificationId], status: ReadStatus) {
        for id in ids {
            assert!(self.statuses.insert(*id, status).is_some(), "{id} is unknown to the client");
        }
    }

    /// After a connect, the client reads the inbox.
    pub(super) fn read_inbox(&mut self, server: &Server) {
        for index in 0..self.sequences.len() {
            self.statuses.insert(Server::id(index), server.rows[index].0);
        }
    }
}
