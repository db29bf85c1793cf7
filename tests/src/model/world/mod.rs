//! The rules of tasks and inboxes (sections 4 and 5 of the contract), said once more, plainly, and
//! with nothing of the core but its words: what is here must be right by reading it.

mod comments;
mod inbox;
mod lists;
mod mail;
mod reminders;
mod tasks;

use super::answer::{Answer, Refusal, SeenComment, SeenTask};
use super::operation::Operation;
use super::people::Who;
pub use mail::Mail;
pub use reminders::NEAR;

/// All that there is.
pub struct World {
    pub now: i64,
    eve_is_active: bool,
    /// Every task that was ever made, by its number; deleted ones are gone.
    tasks: Vec<Option<Task>>,
    /// How many comments were ever made.
    comments_so_far: usize,
    /// The mailboxes, in the order of [`Who::KNOWN`].
    mail: [Mail; Who::KNOWN.len()],
}

/// A task, and what nobody sees of it.
#[derive(Debug, Clone)]
struct Task {
    seen: SeenTask,
    /// Since when its assignee has it.
    assigned_at: i64,
    /// All comments, oldest first.
    comments: Vec<SeenComment>,
    /// Whom which comment grants reading it.
    grants: Vec<(Who, usize)>,
    /// Of what was reminded: whom, of which date, and whether it had passed.
    said: Vec<(Who, i64, bool)>,
}

/// What is answered; or each refusal that would be right, where several rules are broken.
pub type Verdict = Result<Answer, Vec<Refusal>>;

impl World {
    /// Everybody is active, and nothing has happened.
    pub fn begin() -> Self {
        Self {
            now: 0,
            eve_is_active: true,
            tasks: vec![],
            comments_so_far: 0,
            mail: Default::default(),
        }
    }

    /// Does it, and says what must be answered.
    pub fn perform(&mut self, operation: &Operation) -> Verdict {
        match operation {
            Operation::Tasks(by, operation) => return self.perform_task(*by, operation),
            Operation::Inbox(by, operation) => return self.perform_inbox(*by, operation),
            Operation::Announce(by, content) => return self.announce(*by, content),
            Operation::EveIsActive(is_active) => self.eve_is_active = *is_active,
            Operation::Pass(minutes) => self.now += minutes,
            Operation::DueScan => self.scan(),
        }
        Ok(Answer::Done)
    }

    /// How many tasks were made, deleted ones included.
    pub fn tasks_so_far(&self) -> usize {
        self.tasks.len()
    }

    fn is_active(&self, who: Who) -> bool {
        match who {
            Who::Eve => self.eve_is_active,
            Who::Stranger => false,
            _ => true,
        }
    }
}

/// Refuses for every reason that holds.
fn refuse<const N: usize>(reasons: [(bool, Refusal); N]) -> Result<(), Vec<Refusal>> {
    let broken = reasons.into_iter().filter(|(is_broken, _)| *is_broken);
    let broken: Vec<_> = broken.map(|(_, refusal)| refusal).collect();
    if broken.is_empty() {
        Ok(())
    } else {
        Err(broken)
    }
}

/// One page of a list.
fn page<T: Clone>(list: &[T], number: usize, size: usize) -> Result<(u64, Vec<T>), Vec<Refusal>> {
    let items: Vec<T> = (list.iter().skip((number - 1) * size).take(size))
        .cloned()
        .collect();
    refuse([(items.is_empty() && number > 1, Refusal::InvalidPage)])?;
    Ok((list.len() as u64, items))
}
