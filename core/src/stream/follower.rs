//! The follower: the state machine of one open stream.
//!
//! It does no I/O. The caller asks for the next [`Step`], carries it out, passes the result in and asks
//! again. Updates may be lost, repeated or late; the next notification written is always `cursor + 1`.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::event::StreamEvent;
use super::opening::Opening;
use crate::domain::id::NotificationId;
use crate::domain::notification::{
    LogEntry, MailboxUpdate, Notification, ReadStatePage, ReadStatus, RevisionCursor,
};
use crate::port::CloseReason;

/// The next action of the caller.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Read entries after this sequence, at most [`Follower::PAGE`].
    ReadLog(i64),
    /// Read changes of read states after this cursor, at most [`Follower::PAGE`].
    ReadChanges(RevisionCursor),
    /// Write these events, and ask again when the client has room for more.
    Write(Vec<StreamEvent>),
    /// Wait for a signal.
    Wait,
    /// Close the stream.
    End,
}

/// The state of one open stream.
#[derive(Debug)]
pub struct Follower {
    /// The last sequence that was written.
    cursor: i64,
    /// The greatest head of all updates.
    head: i64,
    /// The last change of a read state that was read.
    revision: RevisionCursor,
    /// The greatest revision of all updates.
    revision_head: i64,
    /// The next notification, if an update carried it.
    carried: Option<Arc<Notification>>,
    replay: Option<Box<Replay>>,
    held: Option<Box<Held>>,
    pending: Vec<StreamEvent>,
    ending: bool,
}

/// Missed notifications are written as created; which of them are read is written after them.
#[derive(Debug)]
struct Replay {
    until: i64,
    read: Vec<NotificationId>,
}

/// Changes of read states wait until the client knows all their notifications.
#[derive(Debug)]
struct Held {
    until: i64,
    events: Vec<StreamEvent>,
}

impl Follower {
    /// The page size of reads.
    pub const PAGE: u32 = 64;

    /// A follower of a mailbox that was read after the subscription.
    pub fn open(opening: Opening) -> Self {
        let head = opening.mailbox.head;
        let (cursor, pending) = opening.begin();
        Self {
            cursor,
            head,
            revision: RevisionCursor::at(opening.mailbox.revision),
            revision_head: opening.mailbox.revision,
            carried: None,
            replay: (cursor < head).then(|| Box::new(Replay { until: head, read: vec![] })),
            held: None,
            pending,
            ending: false,
        }
    }

    /// The next step.
    pub fn step(&mut self) -> Step {
        if !self.ending
            && let Some(next) = self.carried.take()
            && next.sequence == self.cursor + 1
        {
            self.emit(&LogEntry::Present(next));
        }
        if !self.pending.is_empty() {
            Step::Write(std::mem::take(&mut self.pending))
        } else if self.ending {
            Step::End
        } else if self.head > self.cursor {
            Step::ReadLog(self.cursor)
        } else if self.revision_head > self.revision.revision {
            Step::ReadChanges(self.revision)
        } else {
            Step::Wait
        }
    }

    /// Takes a mailbox update.
    pub fn updated(&mut self, update: MailboxUpdate) {
        self.head = self.head.max(update.head);
        self.revision_head = self.revision_head.max(update.revision);
        // The carried notification may be read by now, so a replay uses the store only.
        if let Some(next) = update.notification
            && self.replay.is_none()
            && next.sequence == self.cursor + 1
        {
            self.carried = Some(next);
        }
    }

    /// Takes the entries of [`Step::ReadLog`].
    pub fn log_page(&mut self, entries: &[LogEntry]) {
        let before = self.cursor;
        for entry in entries {
            if entry.sequence() == self.cursor + 1 {
                self.emit(entry);
            }
        }
        if self.cursor == before {
            // The updates promised more than the store has; wait for another update.
            self.head = self.cursor;
        }
    }

    /// Takes the changes of [`Step::ReadChanges`].
    pub fn read_state_page(&mut self, page: &ReadStatePage) {
        let of = |status| {
            let changes = page.changes.iter().filter(move |change| change.status == status);
            changes.map(|change| change.cursor.id).collect::<Vec<_>>()
        };
        let is_last = page.changes.len() < Self::PAGE as usize;
        let mut events = Vec::new();
        let (read, deleted) = (of(ReadStatus::Read), of(ReadStatus::Deleted));
        if !read.is_empty() {
            events.push(StreamEvent::NotificationsRead(read));
        }
        if !deleted.is_empty() {
            events.push(StreamEvent::NotificationsDeleted(deleted));
        }
        if !page.changes.is_empty() {
            events.push(StreamEvent::UnreadCount(page.mailbox.unread));
        }
        self.advance_state(page, is_last);
        self.head = self.head.max(page.mailbox.head);
        self.held = Some(Box::new(Held { until: page.mailbox.head, events }));
        self.release();
    }

    /// A heartbeat is due.
    pub fn heartbeat_due(&mut self, now: DateTime<Utc>) {
        if !self.ending {
            self.pending.push(StreamEvent::Heartbeat(now));
        }
    }

    /// The store could not be read. The stream ends, and the client resumes.
    pub fn fail(&mut self) {
        self.pending.push(StreamEvent::Unavailable);
        self.ending = true;
    }

    /// The stream must close. The first of several reasons applies.
    pub fn end(&mut self, ending: CloseReason) {
        if self.ending {
            return;
        }
        match ending {
            CloseReason::TokenExpired => self.pending.push(StreamEvent::TokenExpired),
            CloseReason::Shutdown => self.pending.push(StreamEvent::ServerShutdown),
            CloseReason::LoggedOut => {}
        }
        self.ending = true;
    }

    fn advance_state(&mut self, page: &ReadStatePage, is_last: bool) {
        if is_last {
            self.revision = self.revision.max(RevisionCursor::at(page.mailbox.revision));
            self.revision_head = self.revision.revision;
        } else if let Some(change) = page.changes.last() {
            self.revision = change.cursor;
            // The next page may have more changes of the same revision.
            self.revision_head = self.revision_head.max(change.cursor.revision + 1);
        }
    }

    fn emit(&mut self, entry: &LogEntry) {
        self.cursor = entry.sequence();
        self.head = self.head.max(self.cursor);
        self.pending.push(match entry {
            LogEntry::Present(notification) => StreamEvent::Notification(notification.clone()),
            LogEntry::Tombstone { id, sequence } => {
                StreamEvent::Tombstone { id: *id, sequence: *sequence }
            }
        });
        self.note_replayed(entry);
        self.release();
    }

    fn note_replayed(&mut self, entry: &LogEntry) {
        let Some(replay) = &mut self.replay else {
            return;
        };
        if let LogEntry::Present(notification) = entry
            && notification.is_read()
        {
            replay.read.push(notification.id);
        }
        if self.cursor < replay.until {
            return;
        }
        let read = self.replay.take().map(|replay| replay.read).unwrap_or_default();
        if !read.is_empty() {
            self.pending.push(StreamEvent::NotificationsRead(read));
        }
    }

    fn release(&mut self) {
        if let Some(held) = self.held.take_if(|held| held.until <= self.cursor) {
            self.pending.extend(held.events);
        }
    }
}
