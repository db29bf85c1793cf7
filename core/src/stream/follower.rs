//! The follower: what one open stream reads, writes and waits for.
//!
//! Its caller does the I/O: it asks for the next [`Step`], carries it out, hands the answer in,
//! and asks again. Updates may be lost, repeated or late; what is written is `cursor + 1`, always.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::event::StreamEvent;
use super::opening::Opening;
use crate::domain::id::NotificationId;
use crate::domain::notification::{
    LogEntry, MailboxUpdate, Notification, ReadStatePage, ReadStatus, RevisionCursor,
};
use crate::port::CloseReason;

/// What the follower wants done.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Read the log after this sequence, at most [`Follower::PAGE`] entries.
    ReadLog(i64),
    /// Read the changes of state after this cursor, at most [`Follower::PAGE`].
    ReadChanges(RevisionCursor),
    /// Write these events; ask again when the client has room for more.
    Write(Vec<StreamEvent>),
    /// Wait for a signal.
    Wait,
    /// Close the stream.
    End,
}

/// The state of one open stream.
#[derive(Debug)]
pub struct Follower {
    /// The last sequence that was emitted.
    cursor: i64,
    /// The greatest head that somebody told of.
    head: i64,
    /// How far changes of state have been taken in.
    revision: RevisionCursor,
    /// The greatest state that somebody told of.
    revision_head: i64,
    /// The next notification, if an update brought it.
    carried: Option<Arc<Notification>>,
    replay: Option<Box<Replay>>,
    held: Option<Box<Held>>,
    pending: Vec<StreamEvent>,
    ending: bool,
}

/// What was missed is shown as it was made; what was read of it is said afterwards.
#[derive(Debug)]
struct Replay {
    until: i64,
    read: Vec<NotificationId>,
}

/// Changes of state wait until the client knows all that they speak of.
#[derive(Debug)]
struct Held {
    until: i64,
    events: Vec<StreamEvent>,
}

impl Follower {
    /// The most entries that are asked for at once.
    pub const PAGE: u32 = 64;

    /// A follower of a mailbox that was read after the subscription was made.
    #[must_use]
    pub fn open(opening: Opening) -> Self {
        let head = opening.mailbox.head;
        let (cursor, pending) = opening.begin();
        Self {
            cursor,
            head,
            revision: RevisionCursor::at(opening.mailbox.revision),
            revision_head: opening.mailbox.revision,
            carried: None,
            replay: (cursor < head).then(|| {
                Box::new(Replay {
                    until: head,
                    read: vec![],
                })
            }),
            held: None,
            pending,
            ending: false,
        }
    }

    /// What to do next.
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

    /// An update rang.
    pub fn updated(&mut self, update: MailboxUpdate) {
        self.head = self.head.max(update.head);
        self.revision_head = self.revision_head.max(update.revision);
        // An update does not know what was read since: a replay comes from the store.
        if let Some(next) = update.notification
            && self.replay.is_none()
            && next.sequence == self.cursor + 1
        {
            self.carried = Some(next);
        }
    }

    /// The log after the cursor, as asked for.
    pub fn log_page(&mut self, entries: &[LogEntry]) {
        let before = self.cursor;
        for entry in entries {
            if entry.sequence() == self.cursor + 1 {
                self.emit(entry);
            }
        }
        if self.cursor == before {
            // Somebody told of more than the store has: only another update is worth a read.
            self.head = self.cursor;
        }
    }

    /// The changes after the state cursor, as asked for.
    pub fn read_state_page(&mut self, page: &ReadStatePage) {
        let of = |status| {
            let changes = page
                .changes
                .iter()
                .filter(move |change| change.status == status);
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
        self.held = Some(Box::new(Held {
            until: page.mailbox.head,
            events,
        }));
        self.release();
    }

    /// A heartbeat is due.
    pub fn heartbeat_due(&mut self, now: DateTime<Utc>) {
        if !self.ending {
            self.pending.push(StreamEvent::Heartbeat(now));
        }
    }

    /// The store could not be read: the client comes back and resumes.
    pub fn fail(&mut self) {
        self.pending.push(StreamEvent::Unavailable);
        self.ending = true;
    }

    /// The stream is to end. Of several reasons the first one counts.
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
            // There may be more of this very state.
            self.revision_head = self.revision_head.max(change.cursor.revision + 1);
        }
    }

    fn emit(&mut self, entry: &LogEntry) {
        self.cursor = entry.sequence();
        self.head = self.head.max(self.cursor);
        self.pending.push(match entry {
            LogEntry::Present(notification) => StreamEvent::Notification(notification.clone()),
            LogEntry::Tombstone { id, sequence } => StreamEvent::Tombstone {
                id: *id,
                sequence: *sequence,
            },
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
        let read = self
            .replay
            .take()
            .map(|replay| replay.read)
            .unwrap_or_default();
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
