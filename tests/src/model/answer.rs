//! What is seen of what was done, in plain values that the model and every store can give.

use leopard_core::domain::notification::NotificationType;
use leopard_core::domain::task::{Priority, ReadingReason, Status};

use super::people::Who;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Done,
    Task(Box<SeenTask>),
    /// Tasks by their numbers, in order, and how many there are in the whole list.
    Tasks(u64, Vec<usize>),
    /// Comments, newest first, and how many there are in the whole list.
    Comments(u64, Vec<SeenComment>),
    /// Readers with their reasons, in order, and how many there are in the whole list.
    Readers(u64, Vec<(Who, Vec<ReadingReason>)>),
    Note(Note),
    /// Notifications by their sequences, in order, and how many there are in the whole list.
    Notes(u64, Vec<i64>),
    /// Who was told, in order.
    Told(Vec<Who>),
    Count(u64),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// 404
    NotFound,
    /// 403
    Forbidden,
    /// 400 on this field
    Invalid(&'static str),
    /// 409 `invalid_transition`
    InvalidTransition,
    /// 409 `reader_involved`
    ReaderInvolved,
    /// 412
    PreconditionFailed,
    /// 404 `Invalid page.`
    InvalidPage,
    /// What no rule explains.
    Fault(String),
}

/// A task, as whoever may read it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenTask {
    pub version: i64,
    pub title: String,
    pub priority: Priority,
    pub status: Status,
    pub due: i64,
    pub to: Option<Who>,
    pub assigner: Who,
    pub creator: Who,
    pub changed_by: Who,
    pub tag: Option<String>,
    pub client: Option<i64>,
    pub comment_count: usize,
    /// The newest, oldest of them first.
    pub comments: Vec<SeenComment>,
    pub completed_at: Option<i64>,
    pub created_at: i64,
    pub changed_at: i64,
}

/// A comment: its number among all that were ever made, its author, and whom it mentions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenComment {
    pub number: usize,
    pub by: Who,
    pub mentions: Vec<Who>,
}

/// A notification, as its reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub kind: NotificationType,
    pub title: String,
    /// Which task it is about.
    pub task: Option<usize>,
    pub due: Option<i64>,
    pub at: i64,
    pub read_at: Option<i64>,
    pub is_completed: bool,
}

/// The numbers of a mailbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Numbers {
    pub head: i64,
    pub state: i64,
    pub unread: i64,
}
