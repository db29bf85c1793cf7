use leopard_core::domain::notification::NotificationType;
use leopard_core::domain::task::Status;

use super::World;
use super::tasks::{is_open, is_overdue};

/// How many minutes before it a date is near.
pub const NEAR: i64 = 24 * 60;

impl World {
    /// A pending task whose date has passed is overdue, which is nobody's work. Its assignee is told
    /// of each date once that it is near and once that it has passed, unless that was so already when
    /// they got the task.
    pub(super) fn scan(&mut self) {
        let now = self.now;
        for number in 0..self.tasks.len() {
            let Some(task) = &mut self.tasks[number] else {
                continue;
            };
            let has_passed = is_overdue(&task.seen, now);
            let is_near = is_open(&task.seen) && task.seen.due <= now + NEAR;
            if has_passed && task.seen.status == Status::Pending {
                task.seen.status = Status::Overdue;
                task.seen.version += 1;
                task.seen.changed_at = now;
            }
            let since = task.seen.due - if has_passed { 0 } else { NEAR };
            let Some(to) = task.seen.to else { continue };
            let word = (to, task.seen.due, has_passed);
            if !is_near || since < task.assigned_at || task.said.contains(&word) {
                continue;
            }
            task.said.push(word);
            let seen = task.seen.clone();
            let (kind, what) = if has_passed {
                (NotificationType::TaskOverdue, "Task Overdue")
            } else {
                (NotificationType::TaskDueSoon, "Task Due Soon")
            };
            let title = format!("{what}: {}", seen.title);
            self.tell_of(to, kind, title, (number, &seen));
        }
    }
}
