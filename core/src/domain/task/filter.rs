//! Filters and orders of task lists.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};

use crate::domain::account::search::fold;
use crate::domain::field::FieldError;
use crate::domain::id::UserId;
use crate::domain::task::{Priority, Status, Task};
use crate::domain::text::check_text;

/// A filter by the value of a property.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Filter<T> {
    /// All values.
    #[default]
    Any,
    /// Any of these values; nothing matches an empty list.
    OneOf(Vec<T>),
}

impl<T: PartialEq> Filter<T> {
    fn includes(&self, value: &T) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(values) => values.contains(value),
        }
    }
}

/// A filter by whether a task is overdue or due soon.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DueFilter {
    /// All tasks.
    #[default]
    Any,
    /// Tasks that are not overdue at this time, also those without a due date.
    NotOverdue(DateTime<Utc>),
    /// Tasks that are overdue at this time.
    Overdue(DateTime<Utc>),
    /// Open tasks that are due between two times, both inclusive.
    Between(DateTime<Utc>, DateTime<Utc>),
}

impl DueFilter {
    fn includes(self, task: &Task) -> bool {
        match self {
            Self::Any => true,
            Self::NotOverdue(now) => !task.is_overdue(now),
            Self::Overdue(now) => task.is_overdue(now),
            Self::Between(from, until) => {
                let is_between = |due_date| (from..=until).contains(&due_date);
                !task.status.is_closed() && task.due_date.is_some_and(is_between)
            }
        }
    }
}

/// A text to search for, without case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchText(String);

impl SearchText {
    /// The maximum length in characters. The cost of a comparison grows with it and with the text of a
    /// task.
    pub const MAX: usize = 100;

    /// The search text of a request; `None` if it is blank.
    ///
    /// # Errors
    ///
    /// Those of [`check_text`].
    pub fn new(text: &str) -> Result<Option<Self>, FieldError> {
        check_text(text, Self::MAX)?;
        let text = text.trim();
        Ok((!text.is_empty()).then(|| Self(fold(text))))
    }

    /// The text of a task that is searched.
    pub fn of(title: &str, detail: &str) -> Self {
        Self(fold(&format!("{title}\n{detail}")))
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The conditions of a task list. All of them must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskFilter {
    pub status: Filter<Status>,
    pub priority: Filter<Priority>,
    pub due: DueFilter,
    /// `None` is the assignee of a task that is not assigned.
    pub assigned_to: Filter<Option<UserId>>,
    pub assigned_by: Filter<UserId>,
    pub created_by: Filter<UserId>,
    /// Tasks that are due at this time or later.
    pub due_after: Option<DateTime<Utc>>,
    /// Tasks that are due before this time.
    pub due_before: Option<DateTime<Utc>>,
    /// Tasks whose last change was at this time or later.
    pub updated_since: Option<DateTime<Utc>>,
    /// Tasks with this tag.
    pub tag: Option<String>,
    /// Tasks linked to a record of this kind.
    pub linked_kind: Option<String>,
    /// Tasks linked to the record with this id.
    pub linked_id: Option<i64>,
    /// Tasks whose title or description contains this text.
    pub search: Option<SearchText>,
}

impl TaskFilter {
    /// Whether the task meets all conditions. Every store applies exactly this rule.
    pub fn matches(&self, task: &Task) -> bool {
        let linked = task.linked_entity.as_ref();
        let is_linked = |kind: &String| linked.is_some_and(|linked| linked.kind == *kind);
        let is_linked_to = |id| linked.is_some_and(|linked| linked.id == id);
        let is_found = |search: &SearchText| {
            let text = SearchText::of(&task.title, &task.detail);
            text.as_str().contains(search.as_str())
        };
        self.status.includes(&task.status)
            && self.priority.includes(&task.priority)
            && self.due.includes(task)
            && self.assigned_to.includes(&task.assigned_to)
            && self.assigned_by.includes(&task.assigned_by)
            && self.created_by.includes(&task.created_by)
            && self.due_after.is_none_or(|from| task.due_date.is_some_and(|due| due >= from))
            && self.due_before.is_none_or(|end| task.due_date.is_some_and(|due| due < end))
            && self.updated_since.is_none_or(|from| task.updated_at >= from)
            && (self.tag.as_ref()).is_none_or(|tag| task.tags.as_slice().contains(tag))
            && self.linked_kind.as_ref().is_none_or(is_linked)
            && self.linked_id.is_none_or(is_linked_to)
            && self.search.as_ref().is_none_or(is_found)
    }
}

/// The order of a task list. Tasks without a due date come last in both orders of due dates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TaskOrder {
    /// Latest due date first.
    #[default]
    LatestDue,
    /// Earliest due date first.
    EarliestDue,
    /// Newest first.
    Newest,
    /// Oldest first.
    Oldest,
    /// Most urgent first.
    MostUrgent,
    /// Least urgent first.
    LeastUrgent,
}

impl TaskOrder {
    /// Every order.
    pub const ALL: [Self; 6] = [
        Self::LatestDue,
        Self::EarliestDue,
        Self::Newest,
        Self::Oldest,
        Self::MostUrgent,
        Self::LeastUrgent,
    ];

    /// Compares two tasks. Equal ones are ordered by later due date, then newer creation, then greater id.
    /// Every store applies exactly this order.
    pub fn compare(self, one: &Task, other: &Task) -> Ordering {
        let by = match self {
            Self::LatestDue => other.due_date.cmp(&one.due_date),
            Self::EarliestDue => due_or_never(one).cmp(&due_or_never(other)),
            Self::Newest => other.created_at.cmp(&one.created_at),
            Self::Oldest => one.created_at.cmp(&other.created_at),
            Self::MostUrgent => other.priority.cmp(&one.priority),
            Self::LeastUrgent => one.priority.cmp(&other.priority),
        };
        by.then(other.due_date.cmp(&one.due_date))
            .then(other.created_at.cmp(&one.created_at))
            .then(other.id.cmp(&one.id))
    }
}

fn due_or_never(task: &Task) -> DateTime<Utc> {
    task.due_date.unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_text_has_at_most_100_characters() {
        let longest = "é".repeat(SearchText::MAX);
        let read = SearchText::new(&longest).unwrap().unwrap();
        assert_eq!(read.as_str(), longest);
        let longer = format!("{longest}x");
        let too_long = Err(FieldError::TooLong(SearchText::MAX));
        assert_eq!(SearchText::new(&longer), too_long);
        // White space counts too, because errors quote the input as sent.
        assert_eq!(SearchText::new(&" ".repeat(101)), too_long);
        assert_eq!(SearchText::new(" \t "), Ok(None));
    }
}
