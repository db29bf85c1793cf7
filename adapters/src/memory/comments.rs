use std::collections::{BTreeMap, BTreeSet};

use leopard_core::Failure;
use leopard_core::domain::id::{CommentId, TaskId, UserId};
use leopard_core::domain::task::{Comment, NewComment, Task};
use leopard_core::port::GrantQuery;

/// The comments of all tasks, and the read access that their mentions grant.
#[derive(Debug, Default)]
pub(super) struct Comments {
    all: BTreeMap<(TaskId, CommentId), Comment>,
    grants: BTreeSet<(TaskId, UserId, CommentId)>,
    /// The id of the newest comment; ids are never reused.
    newest: i64,
}

impl Comments {
    /// The comments of a task, oldest first.
    pub(super) fn of(&self, task: TaskId) -> impl DoubleEndedIterator<Item = &Comment> {
        let (first, last) = ((task, CommentId(0)), (task, CommentId(i64::MAX)));
        self.all.range(first..=last).map(|(_, comment)| comment)
    }

    /// The task with its newest comments.
    pub(super) fn shown_with(&self, task: &Task) -> Task {
        let limit = usize::try_from(Comment::SHOWN_WITH_TASK).unwrap_or(usize::MAX);
        let mut comments: Vec<_> = self.of(task.id).rev().take(limit).cloned().collect();
        comments.reverse();
        Task { comments, ..task.clone() }
    }

    /// The comment with this id, if it is on this task.
    pub(super) fn find(&self, task: TaskId, id: CommentId) -> Option<&Comment> {
        self.all.get(&(task, id))
    }

    /// Adds a comment and the grants of its mentions.
    pub(super) fn insert(&mut self, task: TaskId, new: NewComment) -> CommentId {
        self.newest += 1;
        let id = CommentId(self.newest);
        let grants = new.invited().into_iter().map(|user| (task, user, id));
        self.grants.extend(grants);
        self.all.insert((task, id), new.into_comment(id));
        id
    }

    /// Deletes a comment and the grants of its mentions.
    pub(super) fn delete(&mut self, task: TaskId, id: CommentId) -> Result<(), Failure> {
        self.all.remove(&(task, id)).ok_or(Failure::NotFound)?;
        self.grants.retain(|(_, _, comment)| *comment != id);
        Ok(())
    }

    pub(super) fn delete_of(&mut self, task: TaskId) {
        self.all.retain(|(of, _), _| *of != task);
        self.grants.retain(|(of, _, _)| *of != task);
    }

    pub(super) fn revoke(&mut self, task: TaskId, user: UserId) -> Result<(), Failure> {
        if !self.is_granted(task, user) {
            return Err(Failure::NotFound);
        }
        let is_other = |grant: &(TaskId, UserId, CommentId)| (grant.0, grant.1) != (task, user);
        self.grants.retain(is_other);
        Ok(())
    }

    /// Whether a mention grants the user read access to the task.
    pub(super) fn is_granted(&self, task: TaskId, user: UserId) -> bool {
        let (first, last) = (CommentId(0), CommentId(i64::MAX));
        let mut grants = self.grants.range((task, user, first)..=(task, user, last));
        grants.next().is_some()
    }

    /// The number of users with a grant on a task, and a part of them, by id.
    pub(super) fn granted_users(&self, query: &GrantQuery) -> (u64, Vec<UserId>) {
        let grants = self.grants.iter().filter(|grant| grant.0 == query.task);
        let mut users: Vec<UserId> =
            grants.map(|(_, user, _)| *user).filter(|user| !query.except.contains(user)).collect();
        users.dedup();
        let size = |number| usize::try_from(number).unwrap_or(usize::MAX);
        let part = users.iter().skip(size(query.skip)).take(size(query.limit));
        (users.len() as u64, part.copied().collect())
    }
}
