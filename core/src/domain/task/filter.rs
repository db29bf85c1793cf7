//! Which tasks a list holds, and in which order.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};

use crate::domain::account::search::fold;
use crate::domain::field::FieldError;
use crate::domain::task::{Priority, Status, Task};
use crate::domain::text::check_kept;

/// What somebody wants of something that has few values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Filter<T> {
    /// Whatever it is.
    #[default]
    Any,
    /// This one.
    Only(T),
    /// One that does not exist: nothing is found.
    Unknown,
}

impl<T: PartialEq> Filter<T> {
    fn includes(&self, value: &T) -> bool {
        match self {
            Self::Any => true,
            Self::Only(wanted) => wanted == value,
            Self::Unknown => false,
        }
    }
}

/// What is wanted of due dates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DueFilter {
    /// Whatever they are.
    #[default]
    Any,
    /// None that are overdue at this moment.
    NotOverdue(DateTime<Utc>),
    /// Those that are overdue at this moment.
    Overdue(DateTime<Utc>),
    /// Those of open tasks, from one moment to another.
    Between(DateTime<Utc>, DateTime<Utc>),
}

impl DueFilter {
    fn includes(self, task: &Task) -> bool {
        match self {
            Self::Any => true,
            Self::NotOverdue(now) => !task.is_overdue(now),
            Self::Overdue(now) => task.is_overdue(now),
            Self::Between(from, until) => {
                !task.status.is_closed() && (from..=until).contains(&task.due_date)
            }
        }
    }
}

/// Words to search for, as they are compared: case does not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchText(String);

impl SearchText {
    /// The most characters of a search. Comparing costs their product with the characters of a task.
    pub const MAX: usize = 100;

    /// Reads what a client searches for; `None` where that is blank.
    ///
    /// # Errors
    ///
    /// [`FieldError::TooLong`] and [`FieldError::NullCharacters`].
    pub fn new(text: &str) -> Result<Option<Self>, FieldError> {
        check_kept(text, Self::MAX)?;
        let text = text.trim();
        Ok((!text.is_empty()).then(|| Self(fold(text))))
    }

    /// What of a task is searched through.
    #[must_use]
    pub fn of(title: &str, detail: &str) -> Self {
        Self(fold(&format!("{title}\n{detail}")))
    }

    /// As it is compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which tasks somebody wants to see; all of these hold at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskFilter {
    /// Where they stand.
    pub status: Filter<Status>,
    /// How urgent they are.
    pub priority: Filter<Priority>,
    /// Until when they are due.
    pub due: DueFilter,
    /// A word under which they are found.
    pub tag: Option<String>,
    /// What kind of thing in another system they are about.
    pub linked_kind: Option<String>,
    /// Which of that kind.
    pub linked_id: Option<i64>,
    /// A part of title or detail.
    pub search: Option<SearchText>,
}

impl TaskFilter {
    /// Whether the task is wanted: what every store answers alike.
    #[must_use]
    pub fn matches(&self, task: &Task) -> bool {
        let linked = task.linked_entity.as_ref();
        let is_linked = |wanted: &String| linked.is_some_and(|linked| linked.kind == *wanted);
        let is_linked_to = |wanted| linked.is_some_and(|linked| linked.id == wanted);
        let is_found = |wanted: &SearchText| {
            let text = SearchText::of(&task.title, &task.detail);
            text.as_str().contains(wanted.as_str())
        };
        self.status.includes(&task.status)
            && self.priority.includes(&task.priority)
            && self.due.includes(task)
            && (self.tag.as_ref()).is_none_or(|tag| task.tags.as_slice().contains(tag))
            && self.linked_kind.as_ref().is_none_or(is_linked)
            && self.linked_id.is_none_or(is_linked_to)
            && self.search.as_ref().is_none_or(is_found)
    }
}

/// What a list is ordered by first.
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
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::LatestDue,
        Self::EarliestDue,
        Self::Newest,
        Self::Oldest,
        Self::MostUrgent,
        Self::LeastUrgent,
    ];

    /// Which of two tasks comes first. Where the order does not decide, the later due date, the
    /// newer and the greater identity do.
    #[must_use]
    pub fn compare(self, one: &Task, other: &Task) -> Ordering {
        let by = match self {
            Self::LatestDue => other.due_date.cmp(&one.due_date),
            Self::EarliestDue => one.due_date.cmp(&other.due_date),
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
        // Surrounding white space counts too: errors quote the input as it was sent.
        assert_eq!(SearchText::new(&" ".repeat(101)), too_long);
        assert_eq!(SearchText::new(" \t "), Ok(None));
    }
}
