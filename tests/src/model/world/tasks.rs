use leopard_core::domain::notification::NotificationType;
use leopard_core::domain::task::Status::{
    self, Cancelled, Completed, InProgress, Overdue, Pending,
};

use super::{Task, Verdict, World, refuse};
use crate::model::answer::{Answer, Refusal, SeenTask};
use crate::model::operation::{Edit, Match, NewTask, TaskOperation};
use crate::model::people::Who;

/// Where a client may bring a task.
const TRANSITIONS: [(Status, Status); 10] = [
    (Pending, InProgress),
    (Overdue, InProgress),
    (Pending, Completed),
    (InProgress, Completed),
    (Overdue, Completed),
    (Pending, Cancelled),
    (InProgress, Cancelled),
    (Overdue, Cancelled),
    (Completed, Pending),
    (Cancelled, Pending),
];

impl World {
    pub(super) fn perform_task(&mut self, by: Who, operation: &TaskOperation) -> Verdict {
        match operation {
            TaskOperation::Create(new) => self.create(by, new),
            TaskOperation::Edit(number, edit, version) => self.edit(by, *number, edit, *version),
            TaskOperation::Comment(number, mentions) => self.comment(by, *number, mentions),
            TaskOperation::Chat(number, times) => self.chat(by, *number, *times),
            TaskOperation::DeleteComment(number, comment, version) => {
                self.delete_comment(by, *number, *comment, *version)
            }
            TaskOperation::Comments(number, page) => self.list_comments(by, *number, *page),
            TaskOperation::Readers(number, page) => self.readers(by, *number, *page),
            TaskOperation::RemoveReader(number, reader, version) => {
                self.remove_reader(by, *number, *reader, *version)
            }
            TaskOperation::Delete(number, version) => self.delete(by, *number, *version),
            TaskOperation::Read(number) => {
                let (_, task) = self.visible(by, *number)?;
                Ok(Answer::Task(Box::new(task.seen)))
            }
            TaskOperation::List(list) => self.list_tasks(by, list),
            TaskOperation::Overdue => Ok(self.overdue_tasks(by)),
            TaskOperation::DueSoon(days) => Ok(self.tasks_due_soon(by, *days)),
        }
    }

    fn create(&mut self, by: Who, new: &NewTask) -> Verdict {
        let assigner = new.assigner.unwrap_or(by);
        refuse([
            (self.is_wrong(new.to), Refusal::Invalid("assigned_to")),
            (
                self.is_wrong(new.assigner.filter(|it| *it != by)),
                Refusal::Invalid("assigned_by"),
            ),
            (!by.is_staff() && assigner != by, Refusal::Forbidden),
        ])?;
        let seen = SeenTask {
            version: 1,
            title: new.title.to_owned(),
            priority: new.priority,
            status: Pending,
            due: new.due,
            to: new.to,
            assigner,
            creator: by,
            changed_by: by,
            tag: new.tag.map(str::to_owned),
            client: new.client,
            comment_count: 0,
            comments: vec![],
            completed_at: None,
            created_at: self.now,
            changed_at: self.now,
        };
        if let Some(to) = seen.to {
            let title = format!("New Task Assigned: {}", seen.title);
            let about = (self.tasks.len(), &seen);
            self.tell_of(to, NotificationType::TaskAssigned, title, about);
        }
        self.tasks.push(Some(Task {
            seen: seen.clone(),
            assigned_at: self.now,
            comments: vec![],
            grants: vec![],
            said: vec![],
        }));
        Ok(Answer::Task(Box::new(seen)))
    }

    fn edit(&mut self, by: Who, number: usize, edit: &Edit, version: Match) -> Verdict {
        let (number, task) = self.visible(by, number)?;
        let old = task.seen;
        let mut new = old.clone();
        new.title = edit.title.map_or(new.title, str::to_owned);
        new.priority = edit.priority.unwrap_or(new.priority);
        new.due = edit.due.unwrap_or(new.due);
        new.to = edit.to.unwrap_or(new.to);
        new.assigner = edit.assigner.unwrap_or(new.assigner);
        new.tag = edit.tag.map_or(new.tag, |tag| tag.map(str::to_owned));
        new.client = edit.client.unwrap_or(new.client);

        // Where it stands at its date: before that nothing is overdue.
        if old.status == Overdue && new.due >= self.now {
            new.status = Pending;
        }
        let stands = [old.status, new.status];
        let asked = edit.status.filter(|status| !stands.contains(status));
        let changes_status = asked.is_some();
        let is_possible = asked.is_none_or(|to| TRANSITIONS.contains(&(new.status, to)));
        new.status = asked.unwrap_or(new.status);
        let gives = new.to != old.to;
        let renames = new.assigner != old.assigner;
        let may_change_status = by.is_staff() || old.to == Some(by) || old.assigner == by;
        refuse([
            (version == Match::Outdated, Refusal::PreconditionFailed),
            (!is_involved(by, &old), Refusal::Forbidden),
            (changes_status && !may_change_status, Refusal::Forbidden),
            (changes_status && !is_possible, Refusal::InvalidTransition),
            (
                gives && self.is_wrong(new.to),
                Refusal::Invalid("assigned_to"),
            ),
            (
                renames && self.is_wrong(Some(new.assigner)),
                Refusal::Invalid("assigned_by"),
            ),
            (renames && !by.is_staff(), Refusal::Forbidden),
        ])?;
        if new == old {
            return Ok(Answer::Task(Box::new(old)));
        }
        if new.status != old.status {
            new.completed_at = (new.status == Completed).then_some(self.now);
        }
        self.change(by, number, new.clone());
        if gives {
            self.task(number).assigned_at = self.now;
        }

        if let (true, Some(to)) = (gives && is_open(&new), new.to) {
            let title = format!("Task Assigned: {}", new.title);
            self.tell_of(to, NotificationType::TaskAssigned, title, (number, &new));
        }
        let closed = match new.status {
            Completed => Some((NotificationType::TaskCompleted, "Task Completed")),
            Cancelled => Some((NotificationType::TaskCancelled, "Task Cancelled")),
            _ => None,
        };
        if let (true, Some((kind, what))) = (changes_status && by != new.assigner, closed) {
            let title = format!("{what}: {}", new.title);
            self.tell_of(new.assigner, kind, title, (number, &new));
        }
        Ok(Answer::Task(Box::new(self.task(number).seen.clone())))
    }

    fn delete(&mut self, by: Who, number: usize, version: Match) -> Verdict {
        let (number, task) = self.visible(by, number)?;
        let may_delete = by.is_staff() || task.seen.creator == by;
        refuse([
            (version == Match::Outdated, Refusal::PreconditionFailed),
            (!may_delete, Refusal::Forbidden),
        ])?;
        self.tasks[number] = None;
        Ok(Answer::Done)
    }

    /// The task and its number, if this person may read it.
    pub(super) fn visible(&self, by: Who, number: usize) -> Result<(usize, Task), Vec<Refusal>> {
        let number = number.checked_rem(self.tasks.len());
        let found = number.and_then(|number| Some((number, self.tasks[number].clone()?)));
        let may_read = |task: &Task| {
            let mut granted = task.grants.iter().map(|(who, _)| who);
            is_involved(by, &task.seen) || granted.any(|who| *who == by)
        };
        found
            .filter(|(_, task)| may_read(task))
            .ok_or(vec![Refusal::NotFound])
    }

    /// Every change raises the version and says whose work it is.
    pub(super) fn change(&mut self, by: Who, number: usize, seen: SeenTask) {
        let now = self.now;
        self.task(number).seen = SeenTask {
            version: seen.version + 1,
            changed_by: by,
            changed_at: now,
            ..seen
        };
    }

    pub(super) fn task(&mut self, number: usize) -> &mut Task {
        self.tasks[number].as_mut().expect("it is there")
    }

    /// Whether somebody is named who cannot be.
    fn is_wrong(&self, named: Option<Who>) -> bool {
        named.is_some_and(|who| !self.is_active(who))
    }
}

/// Assignee, assigner and creator; staff is everywhere.
pub(super) fn is_involved(by: Who, task: &SeenTask) -> bool {
    by.is_staff() || task.to == Some(by) || task.assigner == by || task.creator == by
}

pub(super) fn is_open(task: &SeenTask) -> bool {
    !matches!(task.status, Completed | Cancelled)
}

pub(super) fn is_overdue(task: &SeenTask, now: i64) -> bool {
    is_open(task) && task.due < now
}
