use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::Tasks;
use crate::Failure;
use crate::domain::change::{TaskChange, TaskWrite};
use crate::domain::comment::{Comment, CommentText, NewComment};
use crate::domain::id::{TaskId, UserId};
use crate::domain::idempotency::{Made, Operation, RequestKey};
use crate::domain::mention;
use crate::domain::notification::NewNotification;
use crate::domain::task::{Task, TaskWithPeople};
use crate::domain::user::User;
use crate::domain::version::ExpectedVersion;

/// How many names are looked up by one query, so that a query holds little memory.
const NAMES_AT_ONCE: usize = 256;

impl Tasks {
    /// Says something about a task. Active users whom it names may read the task from then on, and
    /// are told, the author included. More than 20 mentions are a fault of the field `comment`, and so is
    /// more than 1,000 comments.
    /// [`Failure::PreconditionFailed`] where the task is not at the expected version.
    /// The same request by the same key says and tells nothing: it answers the task as it now stands.
    pub async fn comment(
        &self,
        caller: &User,
        id: TaskId,
        text: CommentText,
        expected: ExpectedVersion,
        key: Option<RequestKey>,
    ) -> Result<Made<TaskWithPeople>, Failure> {
        let key = self.replays.key(key, caller.id, Operation::Comment(id))?;
        let known = self.mentioned_users(caller, id, &text).await?;
        let decide = |task: &Task| {
            let (only, now) = (expected.only(task), self.clock.now());
            decide(caller, task, &text, &known, only, now).map(Some)
        };
        let said = self
            .change_once(caller, id, &expected, key.as_ref(), decide)
            .await?;
        Ok(Made {
            value: self.shown(said.value).await?,
            is_replayed: said.is_replayed,
        })
    }

    /// The active users whom the text may mention, by name. [`Failure::NotFound`] where the caller may
    /// not read the task: names are looked up only for those who may comment.
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
            let active = users.filter(|user| user.is_active);
            known.extend(active.map(|user| (user.username.clone(), user.id)));
        }
        Ok(known)
    }
}

/// What the comment amounts to, at this version only where there is one; who may see a task may speak
/// of it.
fn decide(
    caller: &User,
    task: &Task,
    text: &CommentText,
    known: &BTreeMap<String, UserId>,
    only: Option<i64>,
    now: DateTime<Utc>,
) -> Result<TaskChange, Failure> {
    let is_wrong = |error| Failure::field("comment", error);
    Comment::check_room(&task.comments).map_err(is_wrong)?;
    let mentions = mention::mentions(text.as_str(), known);
    let comment = NewComment::new(caller.id, text.clone(), mentions, now).map_err(is_wrong)?;
    let said = comment.clone().into_comment();
    let tell = |user| NewNotification::of_mention(task, caller, &said, user);
    Ok(TaskChange {
        notifications: comment.mentioned().into_iter().map(tell).collect(),
        write: TaskWrite::Comment(task.id, comment, only),
    })
}
