//! An office: people, one task, and mocks that remember what was stored and who was told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};

use crate::Failure;
use crate::domain::account::User;
use crate::domain::change::{TaskChange, TaskStored, TaskWrite};
use crate::domain::id::{CommentId, NotificationId, TaskId, UserId};
use crate::domain::idempotency::{KeyScope, StoredResult};
use crate::domain::notification::{MailboxUpdate, NewNotification, Notification, Preferences};
use crate::domain::page::Page;
use crate::domain::task::mention::Mention;
use crate::domain::task::{Comment, NewTask, Priority, Tags, Task};
use crate::domain::text::Text;
use crate::port::{
    MockClock, MockNotificationPublisher, MockTaskRepository, MockUserRepository, TaskQuery,
};
use crate::service::idempotency::tests::over;
use crate::service::rate_limiter::RateLimiter;
use crate::service::tasks::{CreateTask, Tasks};

/// Ann is staff.
pub(super) const ANN: UserId = UserId(1);
pub(super) const BOB: UserId = UserId(2);
/// Eve is inactive.
pub(super) const EVE: UserId = UserId(3);
pub(super) const ZOE: UserId = UserId(4);
/// A comment names Mia.
pub(super) const MIA: UserId = UserId(5);
/// Nobody has this number.
pub(super) const NOBODY: UserId = UserId(99);
/// The comment that names Mia.
pub(super) const QUESTION: CommentId = CommentId(7);
/// The comment that a commit adds.
pub(super) const SAID: CommentId = CommentId(8);
/// The task that a commit makes.
pub(super) const MADE: TaskId = TaskId(456);

pub(super) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

pub(super) fn due() -> DateTime<Utc> {
    now() + TimeDelta::days(2)
}

pub(super) fn user(id: UserId) -> User {
    let (name, first, last) = match id {
        ANN => ("ann", "Ann", "Archer"),
        BOB => ("bob", "Bob", ""),
        EVE => ("eve", "", ""),
        MIA => ("mia", "", ""),
        _ => ("zoe", "", ""),
    };
    User {
        id,
        username: name.to_owned(),
        email: String::new(),
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        is_staff: id == ANN,
        is_active: id != EVE,
        preferences: Preferences::default(),
        tokens_valid_from: now(),
        created_at: now(),
    }
}

/// A wish for a task with nothing but what is required.
pub(super) fn request() -> CreateTask {
    CreateTask {
        title: Text::new("Test SSE Notification".to_owned()).unwrap(),
        detail: Text::new("Look at the stream".to_owned()).unwrap(),
        due_date: due(),
        priority: Priority::High,
        assigned_to: None,
        assigned_by: None,
        tags: Tags::default(),
        linked_entity: None,
    }
}

/// A task that Bob is to do for Zoe, that Eve has written down, and that Mia was asked about.
pub(super) fn task() -> Task {
    let CreateTask { title, detail, .. } = request();
    let new = NewTask {
        title,
        detail,
        priority: Priority::High,
        due_date: due(),
        assigned_to: Some(BOB),
        assigned_by: ZOE,
        created_by: EVE,
        tags: Tags::default(),
        linked_entity: None,
        created_at: now(),
    };
    let question = Comment {
        id: QUESTION,
        author: ZOE,
        text: "@mia?".to_owned(),
        mentions: vec![Mention { user: MIA, start: 0, end: 4 }],
        created_at: now(),
    };
    let task = new.into_task(TaskId(1));
    Task { comment_count: 1, comments: vec![question], ..task }
}

/// What the mocks remember.
#[derive(Clone)]
pub(super) struct Office {
    /// The one that stands.
    pub(super) task: Task,
    /// To whom mentions grant reading it.
    pub(super) granted: Vec<UserId>,
    /// How often somebody else is faster.
    pub(super) others: usize,
    /// How much later it is at each look at the clock.
    pub(super) pace: TimeDelta,
    pub(super) committed: Arc<Mutex<Vec<TaskChange>>>,
    pub(super) published: Arc<Mutex<Vec<MailboxUpdate>>>,
    pub(super) queries: Arc<Mutex<Vec<TaskQuery>>>,
    pub(super) remembered: Arc<Mutex<HashMap<KeyScope, StoredResult>>>,
    /// Whether requests are looked for in vain, as while the first of them is on its way.
    pub(super) is_blind: bool,
    /// Why nothing can be stored.
    pub(super) trouble: Option<Failure>,
}

impl Default for Office {
    fn default() -> Self {
        Self {
            task: task(),
            granted: vec![MIA],
            others: 0,
            pace: TimeDelta::zero(),
            committed: Arc::default(),
            published: Arc::default(),
            queries: Arc::default(),
            remembered: Arc::default(),
            is_blind: false,
            trouble: None,
        }
    }
}

impl Office {
    /// The office with its task as this changes it.
    pub(super) fn with(change: impl FnOnce(&mut Task)) -> Self {
        let mut task = task();
        change(&mut task);
        Self { task, ..Self::default() }
    }

    /// The service, over mocks of this office.
    pub(super) fn tasks(&self) -> Tasks {
        let mut clock = MockClock::new();
        let (mut time, pace) = (now(), self.pace);
        clock.expect_now().returning(move || {
            time += pace;
            time
        });
        let mut publisher = MockNotificationPublisher::new();
        let told = self.published.clone();
        publisher.expect_publish().returning(move |updates| told.lock().unwrap().extend(updates));
        Tasks {
            tasks: Arc::new(self.store()),
            users: Arc::new(user_names()),
            publisher: Arc::new(publisher),
            clock: Arc::new(clock),
            idempotency: over(self.keys()),
            task_locks: Arc::default(),
            creations: Arc::new(RateLimiter::per_minute(0)),
        }
    }

    fn store(&self) -> MockTaskRepository {
        let mut store = MockTaskRepository::new();
        let office = self.clone();
        store.expect_commit().returning(move |change, key| office.commit_once(change, key));
        let office = self.clone();
        store.expect_find().returning(move |id| Ok(office.find(id)));
        self.expect_comments(&mut store);
        let (task, queries) = (self.task.clone(), self.queries.clone());
        store.expect_list().returning(move |query| {
            let is_first = query.page.number() == 1;
            let request = query.page;
            queries.lock().unwrap().push(query);
            Ok(Page {
                total: 1,
                request,
                items: if is_first { vec![task.clone()] } else { vec![] },
            })
        });
        store
    }

    /// Writes down the change, and what it becomes.
    pub(super) fn commit(&self, change: TaskChange) -> Result<TaskStored, Failure> {
        let mut committed = self.committed.lock().unwrap();
        committed.push(change.clone());
        if committed.len() <= self.others {
            return Err(Failure::Conflict);
        }
        let trouble = self.trouble.clone();
        trouble.map_or_else(|| Ok(stored(&self.task, change)), Err)
    }

    fn find(&self, id: TaskId) -> Option<Task> {
        let committed = self.committed.lock().unwrap();
        let made = committed.iter().find_map(|change| match &change.write {
            TaskWrite::Insert(new) => Some(new.clone().into_task(MADE)),
            _ => None,
        });
        let mut tasks = made.into_iter().chain([self.task.clone()]);
        tasks.find(|task| task.id == id)
    }
}

fn user_names() -> MockUserRepository {
    let mut users = MockUserRepository::new();
    users.expect_find_many().returning(|ids| {
        let known = ids.into_iter().filter(|id| *id != NOBODY);
        Ok(known.map(user).collect())
    });
    users.expect_find_named().returning(|names| {
        let everybody = [ANN, BOB, EVE, ZOE, MIA].map(user).into_iter();
        let named = everybody.filter(|user| names.contains(&user.username));
        Ok(named.collect())
    });
    users
}

fn stored(stands: &Task, change: TaskChange) -> TaskStored {
    let mut added = None;
    let task = match change.write {
        TaskWrite::Insert(new) => new.into_task(MADE),
        TaskWrite::Update(next) => next.into_next_version(),
        TaskWrite::Delete(last) => *last,
        TaskWrite::Comment(_, comment, _) => {
            added = Some(SAID);
            let mut next = stands.clone();
            next.comment_count += 1;
            next.comments.push(comment.into_comment(SAID));
            next
        }
        TaskWrite::DeleteComment(..) | TaskWrite::RemoveReader(..) => {
            stands.clone().into_next_version()
        }
    };
    TaskStored {
        task,
        comment: added,
        notifications: change.notifications.into_iter().map(delivered).collect(),
    }
}

/// The notification at the 42nd place of its mailbox.
fn delivered(new: NewNotification) -> Notification {
    Notification {
        id: NotificationId(123),
        sequence: 42,
        recipient: new.recipient,
        kind: new.kind,
        title: new.title,
        message: new.message,
        due_date: new.due_date,
        meta_info: new.subject.resolve(MADE),
        read_at: None,
        is_completed: false,
        created_at: new.created_at,
        updated_at: new.created_at,
    }
}
