//! What is seen of it, in plain values.

use leopard_core::domain::id::TaskId;
use leopard_core::domain::notification::{
    LogEntry, MetaInfo, Notification, ReadStatus, RevisionCursor,
};
use leopard_core::domain::task::{Comment, Task, TaskDetails};

use super::Story;
use crate::model::answer::{Answer, Note, Numbers, SeenComment, SeenTask};
use crate::model::house::minutes;
use crate::model::people::Who;

impl Story<'_> {
    /// The numbers of everybody's mailbox, in the order of [`Who::KNOWN`].
    pub async fn numbers(&self) -> Vec<Numbers> {
        let ids = self.people.iter().map(|user| user.id).collect();
        let mailboxes = self.house.backend.notifications.mailboxes(ids).await;
        let mailboxes = mailboxes.expect("mailboxes").into_iter();
        mailboxes
            .map(|it| Numbers {
                head: it.head,
                state: it.revision,
                unread: it.unread,
            })
            .collect()
    }

    /// What somebody was told since this was asked the last time, with the sequences.
    pub async fn newest(&mut self, who: Who) -> Vec<(i64, Option<Note>)> {
        let entries = self.log_after(who, self.known(who)).await;
        for entry in &entries {
            let id = match entry {
                LogEntry::Present(notification) => notification.id,
                LogEntry::Tombstone { id, .. } => *id,
            };
            self.notes[who as usize].push(id);
        }
        entries.iter().map(|entry| self.seen_entry(entry)).collect()
    }

    /// The whole log of somebody: sequences, and what is left at each.
    pub async fn log(&self, who: Who) -> Vec<(i64, Option<Note>)> {
        let entries = self.log_after(who, 0).await;
        entries.iter().map(|entry| self.seen_entry(entry)).collect()
    }

    /// What became of notifications: in which state, of which sequence, what.
    pub async fn statuses(&self, who: Who) -> Vec<(i64, i64, ReadStatus)> {
        let (store, beginning) = (&self.house.backend.notifications, RevisionCursor::at(0));
        let page = store
            .read_state_changes(self.id(who), beginning, u32::MAX)
            .await;
        let changes = page.expect("a page").changes.into_iter();
        let places = &self.notes[who as usize];
        let statuses = changes.map(|change| {
            let place = places.iter().position(|id| *id == change.cursor.id);
            let sequence = place.map_or(0, |place| place + 1);
            let sequence = i64::try_from(sequence).expect("few");
            (change.cursor.revision, sequence, change.status)
        });
        statuses.collect()
    }

    async fn log_after(&self, who: Who, after: i64) -> Vec<LogEntry> {
        let store = &self.house.backend.notifications;
        let entries = store.log_after(self.id(who), after, u32::MAX).await;
        entries.expect("the log")
    }

    fn seen_entry(&self, entry: &LogEntry) -> (i64, Option<Note>) {
        match entry {
            LogEntry::Present(it) => (it.sequence, Some(self.seen_note(it))),
            LogEntry::Tombstone { sequence, .. } => (*sequence, None),
        }
    }

    pub(super) fn seen_note(&self, notification: &Notification) -> Note {
        let task = match &notification.meta_info {
            MetaInfo::Task { task_id, .. } | MetaInfo::Mention { task_id, .. } => Some(*task_id),
            MetaInfo::Opaque(_) => None,
        };
        Note {
            kind: notification.kind,
            title: notification.title.clone(),
            task: task.map(|task| self.number(task)),
            due: notification.due_date.map(minutes),
            at: minutes(notification.created_at),
            read_at: notification.read_at.map(minutes),
            is_completed: notification.is_completed,
        }
    }

    pub(super) fn seen_tasks(&self, count: u64, found: &[TaskDetails]) -> Answer {
        let numbers = found.iter().map(|it| self.number(it.task.id));
        Answer::Tasks(count, numbers.collect())
    }

    pub(super) fn seen_task(&self, task: &Task) -> SeenTask {
        SeenTask {
            version: task.version,
            title: task.title.clone(),
            priority: task.priority,
            status: task.status,
            due: minutes(task.due_date),
            to: task.assigned_to.map(|user| self.who(user)),
            assigner: self.who(task.assigned_by),
            creator: self.who(task.created_by),
            changed_by: self.who(task.updated_by),
            tag: task.tags.as_slice().first().cloned(),
            client: task.linked_entity.as_ref().map(|linked| linked.id),
            comment_count: usize::try_from(task.comment_count).expect("few"),
            comments: task
                .comments
                .iter()
                .map(|it| self.seen_comment(it))
                .collect(),
            completed_at: task.completed_at.map(minutes),
            created_at: minutes(task.created_at),
            changed_at: minutes(task.updated_at),
        }
    }

    pub(super) fn seen_comment(&self, comment: &Comment) -> SeenComment {
        let number = self.comments.iter().position(|id| *id == comment.id);
        let mentions = comment.mentions.iter();
        SeenComment {
            number: number.unwrap_or(usize::MAX),
            by: self.who(comment.author),
            mentions: mentions.map(|mention| self.who(mention.user)).collect(),
        }
    }

    /// Which task of the story this is.
    fn number(&self, id: TaskId) -> usize {
        let found = self.tasks.iter().position(|task| *task == id);
        found.unwrap_or(usize::MAX)
    }
}
