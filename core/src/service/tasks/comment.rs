use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Changed, Tasks};
use crate::Failure;
use crate::domain::access;
use crate::domain::account::{User, WithUserNames};
use crate::domain::change::{TaskChange, TaskWrite};
use crate::domain::id::{TaskId, UserId};
use crate::domain::idempotency::{Operation, Outcome, RequestKey};
use crate::domain::notification::NewNotification;
use crate::domain::task::{
    Comment, CommentText, ExpectedVersion, NewComment, Task, TaskDetails, mention,
};

/// The number of names per query, which bounds its memory.
const NAMES_AT_ONCE: usize = 256;

impl Tasks {
    /// Adds a comment to a task and returns the task. If the author is involved in the task, the active
    /// users that the comment mentions get read access and a notification, the author included. A retry
    /// with the same key adds nothing and returns the task as it is now.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] with an error of `comment` for too many mentions or comments,
    /// [`Failure::PreconditionFailed`], [`Failure::NotFound`], [`Failure::IdempotencyKeyReused`].
    pub async fn comment(
        &self,
        caller: &User,
        id: TaskId,
        text: CommentText,
        expected: ExpectedVersion,
        key: Option<RequestKey>,
    ) -> Result<Outcome<TaskDetails>, Failure> {
        let request = (text, Operation::Comment(id));
        let added = self.add_comment(caller, id, request, &expected, key).await?;
        let is_replayed = added.is_replayed();
        let task = self.shown(added.into_value().task).await?;
        Ok(Outcome::new(task, is_replayed))
    }

    /// Adds a comment as [`comment`](Self::comment) does, and returns it. A retry with the same key returns
    /// it again.
    ///
    /// # Errors
    ///
    /// Those of [`comment`](Self::comment), and [`Failure::NotFound`] for a retry after the comment was
    /// deleted.
    pub async fn create_comment(
        &self,
        caller: &User,
        id: TaskId,
        text: CommentText,
        expected: ExpectedVersion,
        key: Option<RequestKey>,
    ) -> Result<Outcome<WithUserNames<Comment>>, Failure> {
        let request = (text, Operation::CreateComment(id));
        let added = self.add_comment(caller, id, request, &expected, key).await?;
        let is_replayed = added.is_replayed();
        let Changed { task, comment } = added.into_value();
        let comment = comment.ok_or(Failure::NotFound)?;
        let newest = task.comments.iter().find(|it| it.id == comment).cloned();
        let comment = match newest {
            Some(comment) => comment,
            None => self.tasks.comment(id, comment).await?.ok_or(Failure::NotFound)?,
        };
        let user_names = Comment::user_ids(std::slice::from_ref(&comment)).collect();
        let comment =
            WithUserNames { value: comment, user_names: self.user_names(user_names).await? };
        Ok(Outcome::new(comment, is_replayed))
    }

    /// Adds the comment, once per key of this operation.
    async fn add_comment(
        &self,
        caller: &User,
        id: TaskId,
        (text, operation): (CommentText, Operation),
        expected: &ExpectedVersion,
        key: Option<RequestKey>,
    ) -> Result<Outcome<Changed>, Failure> {
        let key = self.idempotency.key(key, caller.id, operation)?;
        let known = self.mentioned_users(caller, id, &text).await?;
        let decide = |task: &Task| {
            let (expected_version, now) = (expected.at_commit(task), self.clock.now());
            decide(caller, task, &text, &known, expected_version, now).map(Some)
        };
        self.change_once(caller, id, expected, key.as_ref(), decide).await
    }

    /// The active persons that the text may mention, by name. [`Failure::NotFound`] if the caller may not
    /// read the task: names are looked up only for users who may comment.
    async fn mentioned_users(
        &self,
        caller: &User,
        task: TaskId,
        text: &CommentText,
    ) -> Result<BTreeMap<String, UserId>, Failure> {
        let mut known = BTreeMap::new();
        let names: Vec<&str> = mention::names(text.as_str()).into_iter().collect();
        if names.is_empty() {
            return Ok(known);
        }
        self.readable(caller, task).await?;
        for names in names.chunks(NAMES_AT_ONCE) {
            let names = names.iter().copied().map(str::to_owned).collect();
            let users = self.users.find_named(names).await?.into_iter();
            let persons = users.filter(User::is_active_person);
            known.extend(persons.map(|user| (user.username.clone(), user.id)));
        }
        Ok(known)
    }
}

/// The change that adds the comment, only at this version if there is one.
fn decide(
    caller: &User,
    task: &Task,
    text: &CommentText,
    known: &BTreeMap<String, UserId>,
    expected_version: Option<i64>,
    now: DateTime<Utc>,
) -> Result<TaskChange, Failure> {
    let is_wrong = |error| Failure::field("comment", error);
    Comment::check_count(task.comment_count).map_err(is_wrong)?;
    let mentions = mention::mentions(text.as_str(), known);
    let effect = access::mention_effect(caller, task);
    let comment = NewComment::new(caller.id, text.clone(), mentions, effect, now);
    let comment = comment.map_err(is_wrong)?;
    let notify = |user| NewNotification::of_mention(task, caller, &comment, user);
    Ok(TaskChange {
        notifications: comment.invited().into_iter().map(notify).collect(),
        write: TaskWrite::Comment(task.id, comment, expected_version),
    })
}
