//! What can be done. Numbers of tasks and notifications are taken modulo how many there were so far,
//! deleted ones included; moments are minutes since the story began.

use leopard_core::domain::notification::NotificationType;
use leopard_core::domain::task::filter::{Filter, TaskOrder};
use leopard_core::domain::task::{Priority, Status};

use super::people::Who;

/// One step of the story.
#[derive(Debug, Clone)]
pub enum Operation {
    /// Somebody does something about tasks.
    Tasks(Who, TaskOperation),
    /// Somebody does something in the inbox.
    Inbox(Who, InboxOperation),
    /// Somebody tells others what another system says.
    Announce(Who, AnnouncementContent),
    /// Eve is active from now on, or is not.
    EveIsActive(bool),
    /// So many minutes pass.
    Pass(i64),
    /// The service looks at the due dates.
    DueScan,
}

#[derive(Debug, Clone)]
pub enum TaskOperation {
    Create(NewTask),
    /// PUT, PATCH and the actions: each names some members.
    Edit(usize, Edit, Match),
    /// Says something that mentions these, in this order.
    Comment(usize, Vec<Who>),
    /// Adds so many comments that mention nobody.
    Chat(usize, usize),
    /// Deletes a comment, by its number among all that were made, on whichever task.
    DeleteComment(usize, usize, Match),
    /// One page of comments.
    Comments(usize, (usize, usize)),
    /// One page of readers.
    Readers(usize, (usize, usize)),
    RemoveReader(usize, Who, Match),
    Delete(usize, Match),
    Read(usize),
    List(TaskList),
    Overdue,
    DueSoon(u32),
}

/// Which version `If-Match` asks for, if it is there at all.
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
    pub to: Option<Who>,
    pub assigner: Option<Who>,
    pub tag: Option<&'static str>,
    pub client: Option<i64>,
}

/// What is absent stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    pub title: Option<&'static str>,
    pub priority: Option<Priority>,
    pub due: Option<i64>,
    pub status: Option<Status>,
    pub to: Option<Option<Who>>,
    pub assigner: Option<Who>,
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

/// A notification: whose, and which of theirs.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub of: Who,
    pub number: usize,
}

#[derive(Debug, Clone)]
pub enum InboxOperation {
    Read(Place),
    MarkRead(Place),
    MarkManyRead(Vec<Place>),
    MarkAllRead,
    Edit {
        place: Place,
        read: Option<bool>,
        is_completed: Option<bool>,
    },
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
    pub to: Vec<Who>,
}
