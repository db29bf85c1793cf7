//! The operations of a scenario. Numbers of tasks and notifications are taken modulo the number created so
//! far, deleted ones included; moments are minutes since the scenario began. In requests, the id of a user
//! is the number of an [`Actor`].

use leopard_core::domain::notification::{NotificationEdit, announcement};
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::task::TaskEdit;
use leopard_core::service::notifications::InboxFilter;
use leopard_core::service::tasks::{CreateTask, ListTasks};

use super::actor::Actor;

/// One step of a scenario.
#[derive(Debug, Clone)]
pub enum Operation {
    /// A call of the task service.
    Tasks(Actor, TaskOperation),
    /// A call of the inbox.
    Inbox(Actor, InboxOperation),
    /// An announcement of another system to these users.
    Announce(Actor, announcement::AnnouncementContent, Vec<(Actor, NamedBy)>),
    /// Activates or deactivates Eve.
    EveIsActive(bool),
    /// Moves the clock by minutes.
    Pass(i64),
    /// Sends the reminders that are due.
    DueScan,
}

#[derive(Debug, Clone)]
pub enum TaskOperation {
    Create(CreateTask),
    /// PUT, PATCH and the actions.
    Edit(usize, TaskEdit, Match),
    /// Adds a comment that mentions these users.
    Comment(usize, Vec<Actor>),
    /// Adds a number of comments without mentions.
    Chat(usize, usize),
    /// Deletes a comment, by its number among those of all tasks.
    DeleteComment(usize, usize, Match),
    /// One page of comments.
    Comments(usize, PageRequest),
    /// One page of readers.
    Readers(usize, PageRequest),
    RemoveReader(usize, Actor, Match),
    Delete(usize, Match),
    Read(usize),
    /// A filter for tasks that are not overdue is applied at the current time.
    List(ListTasks),
    Overdue,
    DueSoon(u32),
}

/// The condition of `If-Match`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    Absent,
    Current,
    Outdated,
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
    Edit(Place, NotificationEdit),
    Delete(Place),
    List(InboxFilter, PageRequest),
    Overdue,
    UnreadCount,
}

/// How an announcement names a recipient.
#[derive(Debug, Clone, Copy)]
pub enum NamedBy {
    AssignedTo,
    Id,
    Username,
}
