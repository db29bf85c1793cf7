use leopard_core::domain::notification::NotificationType;

use super::{Verdict, World, page, refuse};
use crate::model::answer::{Answer, Note, Refusal};
use crate::model::operation::{AnnouncementContent, InboxOperation, NoteList, Place};
use crate::model::people::Who;

impl World {
    pub(super) fn announce(&mut self, by: Who, content: &AnnouncementContent) -> Verdict {
        let mut to = content.to.clone();
        to.sort_unstable();
        to.dedup();
        let is_wrong = to.iter().any(|who| !self.is_active(*who));
        refuse([
            (!by.is_staff(), Refusal::Forbidden),
            (is_wrong, Refusal::Invalid("assigned_to")),
        ])?;
        for who in &to {
            let own = match content.kind {
                NotificationType::ClientAssigned => "Client Assigned",
                NotificationType::SystemAlert => "System Alert",
                other => panic!("nobody announces {other:?} here"),
            };
            let note = Note {
                kind: content.kind,
                title: content.title.unwrap_or(own).to_owned(),
                task: None,
                due: content.due,
                at: self.now,
                read_at: None,
                is_completed: false,
            };
            self.tell(*who, note);
        }
        Ok(Answer::Told(to))
    }

    pub(super) fn perform_inbox(&mut self, by: Who, operation: &InboxOperation) -> Verdict {
        let now = self.now;
        let is_read = |note: &Note| {
            let read_at = note.read_at.or(Some(now));
            Some(Note {
                read_at,
                ..note.clone()
            })
        };
        match operation {
            InboxOperation::Read(place) => self.note(by, *place),
            InboxOperation::MarkRead(place) => {
                let own = self.own(by, *place)?;
                self.mail_of(by).change(&[own], is_read);
                self.note(by, *place)
            }
            InboxOperation::MarkManyRead(places) => {
                let own = places.iter().filter_map(|place| self.own(by, *place).ok());
                let own: Vec<_> = own.collect();
                Ok(Answer::Count(self.mail_of(by).change(&own, is_read)))
            }
            InboxOperation::MarkAllRead => {
                let all: Vec<_> = (0..self.mail(by).notes.len()).collect();
                Ok(Answer::Count(self.mail_of(by).change(&all, is_read)))
            }
            InboxOperation::Edit {
                place,
                read,
                is_completed,
            } => {
                let own = self.own(by, *place)?;
                self.mail_of(by).change(&[own], |note| {
                    let mut after = note.clone();
                    match read {
                        Some(true) => after.read_at = note.read_at.or(Some(now)),
                        Some(false) => after.read_at = None,
                        None => {}
                    }
                    after.is_completed = is_completed.unwrap_or(note.is_completed);
                    Some(after)
                });
                self.note(by, *place)
            }
            InboxOperation::Delete(place) => {
                let own = self.own(by, *place)?;
                self.mail_of(by).change(&[own], |_| None);
                Ok(Answer::Done)
            }
            InboxOperation::List(list) => self.list_notes(by, list),
            InboxOperation::Overdue => {
                let overdue =
                    |note: &Note| !note.is_completed && note.due.is_some_and(|it| it < now);
                let mail = self.mail(by).present();
                let mut found: Vec<_> = mail.filter(|(_, note)| overdue(note)).collect();
                found.sort_by_key(|(sequence, note)| (note.due, *sequence));
                let found: Vec<_> = found.into_iter().map(|(sequence, _)| sequence).collect();
                Ok(Answer::Notes(found.len() as u64, found))
            }
            InboxOperation::UnreadCount => {
                let unread = self.mail(by).numbers().unread;
                Ok(Answer::Count(unread.cast_unsigned()))
            }
        }
    }

    fn list_notes(&self, by: Who, list: &NoteList) -> Verdict {
        let is_wanted = |sequence: i64, note: &Note| {
            (list.include_read || note.read_at.is_none())
                && list.kind.is_none_or(|kind| kind == note.kind)
                && list.after.is_none_or(|after| sequence > after)
        };
        let found = self
            .mail(by)
            .present()
            .filter(|(sequence, note)| is_wanted(*sequence, note));
        let mut found: Vec<_> = found.map(|(sequence, _)| sequence).collect();
        if list.after.is_none() {
            found.reverse();
        }
        let (count, notes) = page(&found, list.page, list.size)?;
        Ok(Answer::Notes(count, notes))
    }

    /// Where one lies in this person's own mailbox, if it is there.
    fn own(&self, by: Who, place: Place) -> Result<usize, Vec<Refusal>> {
        let notes = &self.mail(by).notes;
        let number = place.number.checked_rem(self.mail(place.of).notes.len());
        let own = number.filter(|number| place.of == by && notes[*number].is_some());
        own.ok_or(vec![Refusal::NotFound])
    }

    fn note(&self, by: Who, place: Place) -> Verdict {
        let own = self.own(by, place)?;
        let note = self.mail(by).notes[own].clone();
        Ok(Answer::Note(note.expect("it is there")))
    }
}
