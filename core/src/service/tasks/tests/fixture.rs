//! The service over fake ports with one task, which Zoe assigned to Bob and Eve created.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};

use crate::Failure;
use crate::domain::account::User;
use crate::domain::change::{TaskChange, TaskStored, TaskWrite};
use crate::domain::id::{CommentId, NotificationId, TaskId, UserId};
use crate::domain::idempotency::{
    Committed, CreatedIds, IdempotencyKey, KeyScope, Outcome, StoredResult,
};
use crate::domain::notification::{MailboxUpdate, Notification};
use crate::domain::page::Page;
use crate::domain::task::mention::Mention;
use crate::domain::task::{Comment, NewTask, Task};
use crate::port::{
    MockClock, MockIdempotencyRepository, MockTaskRepository, MockUserRepository, TaskQuery,
};
use crate::service::rate_limiter::RateLimiter;
use crate::service::tasks::{CreateTask, Tasks};
use crate::tests::fixtures::{
    ANN, BOB, EVE, MIA, Recorder, ZOE, built_in_types, idempotency_over, new_task, now, publisher,
    user, users,
};

/// A user who has nothing to do with the task.
pub(super) const STRANGER: UserId = UserId(6);
pub(super) const TASK: TaskId = TaskId(1);
/// The comment of Zoe that mentions Mia.
pub(super) const COMMENT: CommentId = CommentId(7);
/// The id of a comment that a commit adds.
pub(super) const NEW_COMMENT: CommentId = CommentId(8);
/// The id of a task that a commit creates.
pub(super) const NEW_TASK: TaskId = TaskId(456);

pub(super) fn due() -> DateTime<Utc> {
    new_task().due_date.unwrap()
}

/// A request with the required fields only.
pub(super) fn request() -> CreateTask {
    let NewTask { title, detail, due_date, priority, tags, linked_entity, .. } = new_task();
    CreateTask {
        title,
        detail,
        due_date,
        priority,
        assigned_to: None,
        assigned_by: None,
        tags,
        linked_entity,
    }
}

/// A request that assigns the task to this user.
pub(super) fn request_for(assignee: UserId) -> CreateTask {
    CreateTask { assigned_to: Some(assignee), ..request() }
}

fn task() -> Task {
    let comment = Comment {
        id: COMMENT,
        author: ZOE,
        text: "@mia?".to_owned(),
        mentions: vec![Mention { user: MIA, start: 0, end: 4 }],
        created_at: now(),
    };
    Task { comment_count: 1, comments: vec![comment], ..new_task().into_task(TASK) }
}

/// The state and the answers of the fake ports; clones share what is recorded.
#[derive(Clone)]
pub(super) struct TasksFixture {
    /// The stored task; commits do not change it.
    pub(super) task: Task,
    /// The users that mentions grant read access.
    pub(super) granted: Vec<UserId>,
    /// The number of commits that conflict before one succeeds.
    pub(super) conflicts: usize,
    /// The time that passes between two calls of the clock.
    pub(super) clock_step: TimeDelta,
    /// Whether lookups find no stored result, as while the first request is under way.
    pub(super) hides_results: bool,
    /// Fails every commit.
    pub(super) commit_failure: Option<Failure>,
    pub(super) committed: Recorder<TaskChange>,
    pub(super) queries: Recorder<TaskQuery>,
    pub(super) published: Recorder<MailboxUpdate>,
    pub(super) results: Arc<Mutex<HashMap<KeyScope, StoredResult>>>,
}

impl Default for TasksFixture {
    fn default() -> Self {
        Self {
            task: task(),
            granted: vec![MIA],
            conflicts: 0,
            clock_step: TimeDelta::zero(),
            hides_results: false,
            commit_failure: None,
            committed: Recorder::default(),
            queries: Recorder::default(),
            published: Recorder::default(),
            results: Arc::default(),
        }
    }
}

impl TasksFixture {
    /// With a change of the stored task.
    pub(super) fn with_task(change: impl FnOnce(&mut Task)) -> Self {
        let mut fixture = Self::default();
        change(&mut fixture.task);
        fixture
    }

    pub(super) fn tasks(&self) -> Tasks {
        let mut clock = MockClock::new();
        let (mut time, step) = (now(), self.clock_step);
        clock.expect_now().returning(move || {
            time += step;
            time
        });
        Tasks {
            tasks: Arc::new(self.repository()),
            users: Arc::new(named_users()),
            types: built_in_types(),
            publisher: publisher(&self.published),
            clock: Arc::new(clock),
            idempotency: idempotency_over(self.idempotency_repository()),
            task_locks: Arc::default(),
            creations: Arc::new(RateLimiter::per_minute(0)),
        }
    }

    /// The notifications that were published, in order.
    pub(super) fn notifications(&self) -> Vec<Notification> {
        let published = self.published.all().into_iter().map(|update| {
            let notification = update.notification.unwrap();
            assert_eq!((update.user, update.head), (notification.recipient, 42));
            Notification::clone(&notification)
        });
        published.collect()
    }

    /// The numbers of commits and of published notifications.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.committed.len(), self.published.len())
    }

    /// Stores a result for a key.
    pub(super) fn store_result(&self, key: IdempotencyKey, created_ids: CreatedIds) {
        let result = StoredResult { fingerprint: key.fingerprint, created_ids, at: key.at };
        self.results.lock().unwrap().insert(key.scope, result);
    }

    fn idempotency_repository(&self) -> MockIdempotencyRepository {
        let mut repository = MockIdempotencyRepository::new();
        let fixture = self.clone();
        repository.expect_find().returning(move |scope| {
            let result = fixture.results.lock().unwrap().get(&scope).cloned();
            Ok(result.filter(|_| !fixture.hides_results))
        });
        repository
    }

    fn repository(&self) -> MockTaskRepository {
        let mut repository = MockTaskRepository::new();
        let fixture = self.clone();
        repository.expect_commit().returning(move |change, key| fixture.commit(change, key));
        let fixture = self.clone();
        repository.expect_find().returning(move |id| Ok(fixture.find(id)));
        let fixture = self.clone();
        repository.expect_list().returning(move |query| {
            let request = query.page;
            fixture.queries.push(query);
            let items = (request.number() == 1).then(|| fixture.task.clone());
            Ok(Page { total: 1, request, items: items.into_iter().collect() })
        });
        let fixture = self.clone();
        repository.expect_comment().returning(move |_, id| Ok(fixture.comment(id)));
        let comments = self.task.comments.clone();
        repository.expect_comments().returning(move |_, request| {
            let items = comments.iter().rev().cloned().collect();
            Ok(Page { total: comments.len() as u64, request, items })
        });
        let granted = self.granted.clone();
        repository.expect_granted().returning(move |_, mut users| {
            users.retain(|user| granted.contains(user));
            Ok(users)
        });
        let granted = self.granted.clone();
        repository.expect_granted_users().returning(move |query| {
            let mut users = granted.clone();
            users.retain(|user| !query.except.contains(user));
            let [skip, limit] = [query.skip, query.limit].map(|it| usize::try_from(it).unwrap());
            let page = users.iter().skip(skip).take(limit).copied().collect();
            Ok((users.len() as u64, page))
        });
        repository
    }

    fn find(&self, id: TaskId) -> Option<Task> {
        let created = self.committed.all().into_iter().find_map(|change| match change.write {
            TaskWrite::Insert(new) => Some(new.into_task(NEW_TASK)),
            _ => None,
        });
        let mut tasks = created.into_iter().chain([self.task.clone()]);
        tasks.find(|task| task.id == id)
    }

    fn comment(&self, id: CommentId) -> Option<Comment> {
        let added = self.committed.all().into_iter().find_map(|change| match change.write {
            TaskWrite::Comment(_, new, _) => Some(new.into_comment(NEW_COMMENT)),
            _ => None,
        });
        let mut comments = self.task.comments.iter().cloned().chain(added);
        comments.find(|comment| comment.id == id)
    }

    fn commit(
        &self,
        change: TaskChange,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<TaskStored>, Failure> {
        if let Some(key) = &key
            && let Some(known) = self.results.lock().unwrap().get(&key.scope).cloned()
            && let Some(created_ids) = key.lookup(known)?
        {
            return Ok(Outcome::Replayed(created_ids));
        }
        self.committed.push(change.clone());
        if self.committed.len() <= self.conflicts {
            return Err(Failure::Conflict);
        }
        if let Some(failure) = &self.commit_failure {
            return Err(failure.clone());
        }
        let stored = self.stored(change);
        if let Some(key) = key {
            self.store_result(key, CreatedIds::from(&stored));
        }
        Ok(Outcome::Created(stored))
    }

    fn stored(&self, change: TaskChange) -> TaskStored {
        let mut comment = None;
        let task = match change.write {
            TaskWrite::Insert(new) => new.into_task(NEW_TASK),
            TaskWrite::Update(next) => next.into_next_version(),
            TaskWrite::Delete(last) => *last,
            TaskWrite::Comment(_, new, _) => {
                comment = Some(NEW_COMMENT);
                let mut task = self.task.clone();
                task.comment_count += 1;
                task.comments.push(new.into_comment(NEW_COMMENT));
                task
            }
            TaskWrite::DeleteComment(..) | TaskWrite::RemoveReader(..) => {
                self.task.clone().into_next_version()
            }
        };
        let notifications = change.notifications.into_iter();
        let appended =
            notifications.map(|new| new.about(NEW_TASK).into_notification(NotificationId(123), 42));
        TaskStored { task, comment, notifications: appended.collect() }
    }
}

fn named_users() -> MockUserRepository {
    let mut users = users(user);
    users.expect_find_named().returning(|names| {
        let all = [ANN, BOB, EVE, ZOE, MIA].map(user).into_iter();
        Ok(all.filter(|user: &User| names.contains(&user.username)).collect())
    });
    users
}
