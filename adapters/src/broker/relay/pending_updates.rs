use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use leopard_core::domain::id::UserId;
use tokio::sync::Notify;

use super::message::Message;

/// Maximum users with pending updates. Beyond it, one message says that any mailbox may have changed, and every
/// node compares the mailboxes of its streams.
const MAX_USERS: usize = 10_000;

/// The updates to send to other nodes. The updates of a user are merged.
#[derive(Default)]
pub(super) struct PendingUpdates {
    waiting: Mutex<Waiting>,
    filled: Notify,
}

#[derive(Default)]
struct Waiting {
    /// The greatest head and revision of each mailbox.
    marks: HashMap<UserId, (i64, i64)>,
    is_missed_all: bool,
    /// The messages taken last, until their sending is confirmed.
    unconfirmed: Vec<Message>,
}

impl PendingUpdates {
    pub(super) fn put(&self, messages: impl IntoIterator<Item = Message>) {
        let mut waiting = self.lock();
        for message in messages {
            waiting.put(message);
        }
        drop(waiting);
        self.filled.notify_one();
    }

    /// Waits for messages and takes them all. The caller confirms or restores them before it takes more.
    pub(super) async fn take(&self) -> Vec<Message> {
        loop {
            let messages = self.lock().take();
            if !messages.is_empty() {
                return messages;
            }
            self.filled.notified().await;
        }
    }

    /// The messages taken last have been sent.
    pub(super) fn confirm(&self) {
        self.lock().unconfirmed.clear();
    }

    /// The messages taken last may not have been sent; puts them back.
    pub(super) fn restore(&self) {
        let messages = std::mem::take(&mut self.lock().unconfirmed);
        self.put(messages);
    }

    pub(super) fn is_empty(&self) -> bool {
        let waiting = self.lock();
        waiting.unconfirmed.is_empty() && !waiting.is_missed_all && waiting.marks.is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn put(&mut self, message: Message) {
        match message {
            // Includes every update.
            Message::Updated { .. } if self.is_missed_all => {}
            Message::Updated { user, head, revision } => {
                let mark = self.marks.entry(user).or_default();
                *mark = (mark.0.max(head), mark.1.max(revision));
                if self.marks.len() > MAX_USERS {
                    self.put(Message::MissedAll);
                }
            }
            Message::MissedAll => {
                self.marks = HashMap::new();
                self.is_missed_all = true;
            }
            Message::KeepAlive => {}
        }
    }

    fn take(&mut self) -> Vec<Message> {
        let messages = self.drain();
        self.unconfirmed.clone_from(&messages);
        messages
    }

    fn drain(&mut self) -> Vec<Message> {
        if std::mem::take(&mut self.is_missed_all) {
            return vec![Message::MissedAll];
        }
        let marks = self.marks.drain();
        marks.map(|(user, (head, revision))| Message::Updated { user, head, revision }).collect()
    }
}
