use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use leopard_core::domain::id::UserId;
use tokio::sync::Notify;

use super::message::Message;

/// Of how many users updates may wait: for more of them one message says that anybody's mailbox may have
/// changed, and every node compares those that are listened to there.
const MOST: usize = 10_000;

/// What is to be said to the other nodes, as little as can be: the updates of a user are one.
#[derive(Default)]
pub(super) struct PendingUpdates {
    waiting: Mutex<Waiting>,
    filled: Notify,
}

#[derive(Default)]
struct Waiting {
    /// The greatest head and state of each mailbox.
    marks: HashMap<UserId, (i64, i64)>,
    is_missed_all: bool,
    /// What was taken last, until it is known to have been said.
    in_hand: Vec<Message>,
}

impl PendingUpdates {
    /// Adds messages. Nobody waits for anything here.
    pub(super) fn put(&self, messages: impl IntoIterator<Item = Message>) {
        let mut waiting = self.lock();
        for message in messages {
            waiting.put(message);
        }
        drop(waiting);
        self.filled.notify_one();
    }

    /// Takes all that there is to say, as soon as there is something; by one who says it before they
    /// take more.
    pub(super) async fn take(&self) -> Vec<Message> {
        loop {
            let messages = self.lock().take();
            if !messages.is_empty() {
                return messages;
            }
            self.filled.notified().await;
        }
    }

    /// What was taken last has been said.
    pub(super) fn said(&self) {
        self.lock().in_hand.clear();
    }

    /// What was taken last may not have been said, and is to be taken again.
    pub(super) fn unsaid(&self) {
        let messages = std::mem::take(&mut self.lock().in_hand);
        self.put(messages);
    }

    /// Whether all that was put here has been said.
    pub(super) fn is_said(&self) -> bool {
        let waiting = self.lock();
        waiting.in_hand.is_empty() && !waiting.is_missed_all && waiting.marks.is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn put(&mut self, message: Message) {
        match message {
            // It says all that an update could.
            Message::Updated { .. } if self.is_missed_all => {}
            Message::Updated {
                user,
                head,
                revision,
            } => {
                let mark = self.marks.entry(user).or_default();
                *mark = (mark.0.max(head), mark.1.max(revision));
                if self.marks.len() > MOST {
                    self.put(Message::MissedAll);
                }
            }
            Message::MissedAll => {
                self.marks = HashMap::new();
                self.is_missed_all = true;
            }
            Message::Beat => {}
        }
    }

    fn take(&mut self) -> Vec<Message> {
        let messages = self.take_words();
        self.in_hand.clone_from(&messages);
        messages
    }

    fn take_words(&mut self) -> Vec<Message> {
        if std::mem::take(&mut self.is_missed_all) {
            return vec![Message::MissedAll];
        }
        let marks = self.marks.drain();
        marks
            .map(|(user, (head, revision))| Message::Updated {
                user,
                head,
                revision,
            })
            .collect()
    }
}
