use leopard_core::domain::notification::NotificationType;

use super::World;
use crate::model::answer::{Note, Numbers, SeenTask};
use crate::model::people::Who;

/// A mailbox: its log, and what became of each place of it.
#[derive(Debug, Clone, Default)]
pub struct Mail {
    /// The first has the sequence 1; deleted ones are gone.
    pub notes: Vec<Option<Note>>,
    /// The state in which each was last read, made unread or deleted; 0 before that.
    pub states: Vec<i64>,
    /// Raised by every operation that reads, makes unread or deletes.
    state: i64,
}

impl Mail {
    /// The numbers: all of them can be counted.
    pub fn numbers(&self) -> Numbers {
        let count = |number: usize| i64::try_from(number).expect("few");
        let unread = self.present().filter(|(_, note)| note.read_at.is_none());
        Numbers {
            head: count(self.notes.len()),
            state: self.state,
            unread: count(unread.count()),
        }
    }

    /// Those that are not deleted, with their sequences.
    pub(super) fn present(&self) -> impl Iterator<Item = (i64, &Note)> {
        let places = (1..).zip(&self.notes);
        places.filter_map(|(sequence, note)| Some((sequence, note.as_ref()?)))
    }

    /// Makes something of what lies at these places; how many that changed.
    pub(super) fn change(&mut self, places: &[usize], make: impl Fn(&Note) -> Option<Note>) -> u64 {
        let next = self.state + 1;
        let mut changed = 0;
        for &place in places {
            let before = self.notes[place].clone();
            let after = before.as_ref().and_then(&make);
            if after == before {
                continue;
            }
            changed += 1;
            let read_at = |note: &Option<Note>| note.as_ref().map(|note| note.read_at);
            if read_at(&after) != read_at(&before) {
                self.states[place] = next;
                self.state = next;
            }
            self.notes[place] = after;
        }
        changed
    }
}

impl World {
    pub fn mail(&self, who: Who) -> &Mail {
        &self.mail[who as usize]
    }

    pub(super) fn mail_of(&mut self, who: Who) -> &mut Mail {
        &mut self.mail[who as usize]
    }

    /// Appends to a mailbox.
    pub(super) fn tell(&mut self, who: Who, note: Note) {
        let mail = self.mail_of(who);
        mail.notes.push(Some(note));
        mail.states.push(0);
    }

    /// Tells somebody of a task.
    pub(super) fn tell_of(
        &mut self,
        who: Who,
        kind: NotificationType,
        title: String,
        (number, task): (usize, &SeenTask),
    ) {
        let note = Note {
            kind,
            title,
            task: Some(number),
            due: Some(task.due),
            at: self.now,
            read_at: None,
            is_completed: false,
        };
        self.tell(who, note);
    }

    /// Takes the order of the newest notifications from a store: what one operation tells one person
    /// may come in any order. Whether they are the same.
    pub fn settle(&mut self, who: Who, newest: &[Note]) -> bool {
        let notes = &mut self.mail_of(who).notes;
        let Some(first) = notes.len().checked_sub(newest.len()) else {
            return false;
        };
        let mut expected = notes.split_off(first);
        for note in newest {
            let Some(place) = expected.iter().position(|it| it.as_ref() == Some(note)) else {
                return false;
            };
            notes.push(expected.remove(place));
        }
        true
    }
}
