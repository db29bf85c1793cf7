use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use leopard_core::domain::id::UserId;
use tokio::sync::Notify;

use super::word::Word;

/// Of how many users bells may wait: for more of them one word says that anybody's mailbox may have
/// changed, and every node compares those that are listened to there.
const MOST: usize = 10_000;

/// What is to be said to the other nodes, as little as can be: the bells of a user are one.
#[derive(Default)]
pub(super) struct Outbox {
    waiting: Mutex<Waiting>,
    filled: Notify,
}

#[derive(Default)]
struct Waiting {
    /// The greatest head and state of each mailbox.
    marks: HashMap<UserId, (i64, i64)>,
    is_anybodys: bool,
}

impl Outbox {
    /// Adds words. Nobody waits for anything here.
    pub(super) fn put(&self, words: impl IntoIterator<Item = Word>) {
        let mut waiting = self.lock();
        for word in words {
            waiting.put(word);
        }
        drop(waiting);
        self.filled.notify_one();
    }

    /// Takes all that there is to say, as soon as there is something.
    pub(super) async fn take(&self) -> Vec<Word> {
        loop {
            let words = self.lock().take();
            if !words.is_empty() {
                return words;
            }
            self.filled.notified().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn put(&mut self, word: Word) {
        match word {
            // It says all that a bell could.
            Word::Rung { .. } if self.is_anybodys => {}
            Word::Rung { user, head, state } => {
                let mark = self.marks.entry(user).or_default();
                *mark = (mark.0.max(head), mark.1.max(state));
                if self.marks.len() > MOST {
                    self.put(Word::Anybodys);
                }
            }
            Word::Anybodys => {
                self.marks = HashMap::new();
                self.is_anybodys = true;
            }
            Word::Beat => {}
        }
    }

    fn take(&mut self) -> Vec<Word> {
        if std::mem::take(&mut self.is_anybodys) {
            return vec![Word::Anybodys];
        }
        let marks = self.marks.drain();
        marks
            .map(|(user, (head, state))| Word::Rung { user, head, state })
            .collect()
    }
}
