//! The operations of a scenario. Numbers of tasks and notifications are taken modulo the number created so far,
//! deleted ones included; moments are minutes since the scenario began.

use leopard_core::domain::notification::NotificationType;
use leopard_core::domain::task::filter::{Filter, TaskOrder};
use leopard_core::domain::task::{Priority, Status};

use super::actor::Actor;

/// One step of a scenario.
#[derive(Debug, Clone)]
pub enum Operation {
    /// A call of the task service.
    Tasks(Actor, TaskOperation),
    /// A call of the inbox.
    Inbox(Actor, InboxOperation),
    /// An announcement of another system.
    Announce(Actor, AnnouncementContent),
    /// Activates or deactivates Eve.
    EveIsActive(bool),
    /// Moves the clock by minutes.
    Pass(i64),
    /// Sends the reminders that are due.
    DueScan,
}

#[derive(Debug, Clone)]
pub enum TaskOperation {
    Create(NewTask),
    /// PUT, PATCH and the actions.
    Edit(usize, Edit, Match),
    /// Adds a comment that mentions these users.
    Comment(usize, Vec<Actor>),
    /// Adds a number of comments without mentions.
    Chat(usize, usize),
    /// Deletes a comment, by its number among those of all tasks.
    DeleteComment(usize, usize, Match),
    /// One page of comments.
    Comments(usize, (usize, usize)),
    /// One page of readers.
    Readers(usize, (usize, usize)),
    RemoveReader(usize, Actor, Match),
    Delete(usize, Match),
    Read(usize),
    List(TaskList),
    Overdue,
    DueSoon(u32),
}

/// What `If-Match` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    Absent,
    Current,
    Outdated,
}

#[derive(Debug, Clone)]
pub struct NewTask {
    pub title: &'static str,
    pub priority: Priority,
    pub due: i64,
    pub to: Option<Actor>,
    pub assigner: Option<Actor>,
    pub tag: Option<&'static str>,
    pub client: Option<i64>,
}

/// `None` leaves a field unchanged.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    pub title: Option<&'static str>,
    pub priority: Option<Priority>,
    pub due: Option<i64>,
    pub status: Option<Status>,
    pub to: Option<Option<Actor>>,
    pub assigner: Option<Actor>,
    pub tag: Option<Option<&'static str>>,
    pub client: Option<Option<i64>>,
}

#[derive(Debug, Clone)]
pub struct TaskList {
    pub all_tasks: bool,
    pub status: Filter<Status>,
    pub priority: Filter<Priority>,
    pub include_overdue: bool,
    pub tag: Option<&'static str>,
    pub client: Option<i64>,
    pub search: Option<&'static str>,
    pub order: TaskOrder,
    pub page: usize,
    pub size: usize,
}

/// A notification, by its owner and its number.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub of: Actor,
    pub number: usize,
}

#[derive(Debug, Clone)]
pub enum InboxOperation {
    Read(Place),
    MarkRead(Place),
    MarkManyRead(Vec<Place>),
    MarkAllRead,
    Edit { place: Place, read: Option<bool>, is_completed: Option<bool> },
    Delete(Place),
    List(NoteList),
    Overdue,
    UnreadCount,
}

#[derive(Debug, Clone)]
pub struct NoteList {
    pub include_read: bool,
    pub kind: Option<NotificationType>,
    pub after: Option<i64>,
    pub page: usize,
    pub size: usize,
}

#[derive(Debug, Clone)]
pub struct AnnouncementContent {
    pub kind: NotificationType,
    pub title: Option<&'static str>,
    pub due: Option<i64>,
    pub to: Vec<Actor>,
}
