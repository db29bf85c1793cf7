use std::cmp::Reverse;

use leopard_core::domain::task::Priority;
use leopard_core::domain::task::filter::{Filter, TaskOrder};

use super::tasks::{is_involved, is_open, is_overdue};
use super::{Verdict, World, page};
use crate::model::answer::{Answer, SeenTask};
use crate::model::operation::TaskList;
use crate::model::people::Who;

/// Minutes of a day.
const DAY: i64 = 24 * 60;

impl World {
    pub(super) fn list_tasks(&self, by: Who, list: &TaskList) -> Verdict {
        let is_wanted = |task: &SeenTask| {
            let is_theirs = task.to == Some(by);
            (is_theirs || list.all_tasks && is_involved(by, task))
                && is_one(list.status, task.status)
                && is_one(list.priority, task.priority)
                && (list.include_overdue || !is_overdue(task, self.now))
                && (list.tag.is_none() || list.tag == task.tag.as_deref())
                && (list.client.is_none() || list.client == task.client)
                && (list.search).is_none_or(|text| {
                    let text = text.to_lowercase();
                    task.title.to_lowercase().contains(&text)
                })
        };
        let found = self.found(is_wanted, |task| first(list.order, task));
        let (count, tasks) = page(&found, list.page, list.size)?;
        Ok(Answer::Tasks(count, tasks))
    }

    pub(super) fn overdue_tasks(&self, by: Who) -> Answer {
        let is_wanted = |task: &SeenTask| task.to == Some(by) && is_overdue(task, self.now);
        whole(self.found(is_wanted, |task| task.due))
    }

    pub(super) fn tasks_due_soon(&self, by: Who, days: u32) -> Answer {
        let until = self.now + i64::from(days) * DAY;
        let is_wanted = |task: &SeenTask| {
            task.to == Some(by) && is_open(task) && (self.now..=until).contains(&task.due)
        };
        whole(self.found(is_wanted, |task| task.due))
    }

    /// The numbers of these tasks; where the order says nothing, the later due date, the newer and the
    /// greater number come first.
    fn found(
        &self,
        is_wanted: impl Fn(&SeenTask) -> bool,
        order: impl Fn(&SeenTask) -> i64,
    ) -> Vec<usize> {
        let all = self.tasks.iter().enumerate();
        let there = all.filter_map(|(number, task)| Some((number, &task.as_ref()?.seen)));
        let mut found: Vec<_> = there.filter(|(_, task)| is_wanted(task)).collect();
        found.sort_by_key(|(number, task)| {
            let last = Reverse((task.due, task.created_at, *number));
            (order(task), last)
        });
        found.into_iter().map(|(number, _)| number).collect()
    }
}

fn whole(found: Vec<usize>) -> Answer {
    Answer::Tasks(found.len() as u64, found)
}

fn is_one<T: PartialEq + Copy>(wanted: Filter<T>, value: T) -> bool {
    match wanted {
        Filter::Any => true,
        Filter::Only(wanted) => wanted == value,
        Filter::Unknown => false,
    }
}

fn first(order: TaskOrder, task: &SeenTask) -> i64 {
    let rank = match task.priority {
        Priority::Low => 0,
        Priority::Medium => 1,
        Priority::High => 2,
        Priority::Urgent => 3,
    };
    match order {
        TaskOrder::LatestDue => -task.due,
        TaskOrder::EarliestDue => task.due,
        TaskOrder::Newest => -task.created_at,
        TaskOrder::Oldest => task.created_at,
        TaskOrder::MostUrgent => -rank,
        TaskOrder::LeastUrgent => rank,
    }
}
