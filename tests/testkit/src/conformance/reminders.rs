//! Reminders of due dates.

use crate::commit::Commit;
use chrono::{DateTime, TimeDelta, Utc};
use leopard_core::domain::change::{TaskChange, TaskWrite};
use leopard_core::domain::id::{TaskId, UserId};
use leopard_core::domain::notification::NotificationType;
use leopard_core::domain::patch::Patch;
use leopard_core::domain::task::{
    DueScan, DueTask, NewTask, Reminder, ReminderChange, RemindersStored, Status, Tags, Task,
    TaskEdit,
};
use tokio::task::JoinSet;

use crate::Backend;
use crate::fixtures::{at, list_inbox, new_task, users, whole_inbox};

/// Nodes that scan at once.
const NODES: usize = 6;

/// A scan that reminds one hour before a due date.
fn scan(now: DateTime<Utc>) -> DueScan {
    DueScan { now, due_soon: TimeDelta::hours(1) }
}

/// A task that is assigned to this user.
async fn due(backend: &Backend, user: UserId, due_date: DateTime<Utc>) -> Task {
    let insert = NewTask {
        due_date: Some(due_date),
        assigned_to: Some(user),
        tags: Tags::new(vec!["kept".to_owned()]).expect("tags"),
        ..new_task(user, "Due")
    };
    let change = TaskChange::insert(insert, vec![]);
    backend.tasks.store(change).await.expect("a task").task
}

async fn due_tasks(backend: &Backend, scan: DueScan, limit: u64) -> Vec<DueTask> {
    let due_tasks = backend.tasks.due_tasks(scan, limit).await;
    due_tasks.expect("due tasks")
}

async fn remind(backend: &Backend, changes: Vec<ReminderChange>) -> RemindersStored {
    let stored = backend.tasks.remind(changes).await;
    assert_eq!(stored.failure, None);
    stored
}

/// The changes that a scan decides.
async fn decided(backend: &Backend, scan: DueScan) -> Vec<ReminderChange> {
    let due_tasks = due_tasks(backend, scan, 100).await;
    let decided = due_tasks.iter().map(|it| scan.decide(it));
    decided.map(|change| change.expect("a change")).collect()
}

async fn found(backend: &Backend, id: TaskId) -> Task {
    let found = backend.tasks.find(id).await.expect("an answer");
    found.expect("the task")
}

async fn edit(backend: &Backend, read: &Task, edit: TaskEdit) -> Task {
    let next = edit.apply(read, at(20)).expect("a change");
    let change = TaskChange { write: TaskWrite::Update(Box::new(next)), notifications: vec![] };
    backend.tasks.store(change).await.expect("a task").task
}

/// The types of all notifications of a user, oldest first.
async fn kinds(backend: &Backend, user: UserId) -> Vec<NotificationType> {
    let inbox = list_inbox(backend, whole_inbox(user)).await;
    inbox.iter().rev().map(|it| it.kind).collect()
}

pub async fn due_tasks_are_found_overdue_first(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let far = due(backend, ana, at(9_000)).await;
    let near = due(backend, ana, at(3_700)).await;
    let nearest = due(backend, ana, at(3_650)).await;
    let late = due(backend, ana, at(3_000)).await;
    let closed = due(backend, ana, at(2_000)).await;
    let completed = TaskEdit::to_status(Status::Completed);
    edit(backend, &closed, completed).await;
    let ids = |due_tasks: Vec<DueTask>| {
        let ids = due_tasks.into_iter().map(|it| it.task.id);
        ids.collect::<Vec<_>>()
    };
    let early = scan(at(99));
    assert_eq!(
        ids(due_tasks(backend, early, 100).await),
        [late.id, nearest.id],
        "due within the hour, and none is overdue"
    );
    let changes = decided(backend, early).await;
    assert_eq!(remind(backend, changes).await.changed, 2);
    assert!(due_tasks(backend, early, 100).await.is_empty());

    let later = scan(at(3_001));
    let all = [late.id, near.id];
    assert_eq!(ids(due_tasks(backend, later, 100).await), all);
    assert_eq!(ids(due_tasks(backend, later, 1).await), all[..1]);
    let last = scan(at(9_000));
    assert_eq!(ids(due_tasks(backend, last, 100).await).len(), 4);
    let untouched = found(backend, far.id).await;
    assert_eq!(untouched, far);
}

pub async fn reminder_is_sent_once_and_marks_overdue(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let task = due(backend, ana, at(5_000)).await;
    let stored = remind(backend, decided(backend, scan(at(1_500))).await).await;
    assert_eq!((stored.changed, stored.notifications.len()), (1, 1));
    assert_eq!(stored.notifications[0].sequence, 1);
    let near = found(backend, task.id).await;
    assert_eq!(near.next_reminder, Some(Reminder::Overdue));
    assert_eq!((near.version, near.status), (1, Status::Pending));

    remind(backend, decided(backend, scan(at(5_001))).await).await;
    let late = found(backend, task.id).await;
    assert_eq!((late.version, late.status), (2, Status::Overdue));
    assert_eq!((late.next_reminder, late.updated_at, late.updated_by), (None, at(5_001), ana));
    assert_eq!(late.tags, task.tags);
    assert!(decided(backend, scan(at(9_000))).await.is_empty());
    let both = [NotificationType::TASK_DUE_SOON, NotificationType::TASK_OVERDUE];
    assert_eq!(kinds(backend, ana).await, both);
}

pub async fn concurrent_scans_send_a_reminder_once(backend: &Backend) {
    let [ana, bob] = users(backend, ["ana", "bob"]).await;
    for number in 0..20 {
        let user = [ana, bob][number % 2];
        due(backend, user, at(100)).await;
    }
    let late = scan(at(200));
    let mut changes = Vec::new();
    for _ in 0..NODES {
        changes.push(decided(backend, late).await);
    }
    let mut nodes = JoinSet::new();
    for changes in changes {
        let tasks = backend.tasks.clone();
        nodes.spawn(async move { tasks.remind(changes).await });
    }
    let stored = nodes.join_all().await;
    let taken: usize = stored.iter().map(|it| it.changed).sum();
    let all: usize = stored.iter().map(|it| it.notifications.len()).sum();
    assert_eq!((taken, all), (20, 20));
    for user in [ana, bob] {
        assert_eq!(kinds(backend, user).await, [NotificationType::TASK_OVERDUE; 10]);
    }
}

pub async fn scan_skips_a_task_changed_meanwhile(backend: &Backend) {
    let [ana, bob] = users(backend, ["ana", "bob"]).await;
    let tasks = [
        due(backend, ana, at(100)).await,
        due(backend, ana, at(100)).await,
        due(backend, ana, at(100)).await,
    ];
    let late = scan(at(200));
    let changes = decided(backend, late).await;
    let reassigned = edit(backend, &tasks[0], TaskEdit::to_assignee(Some(bob))).await;
    let deletion =
        TaskChange { write: TaskWrite::Delete(Box::new(tasks[1].clone())), notifications: vec![] };
    backend.tasks.store(deletion).await.expect("a task");
    assert_eq!(remind(backend, changes).await.changed, 1);
    assert_eq!(found(backend, reassigned.id).await, reassigned);
    assert_eq!(kinds(backend, ana).await, [NotificationType::TASK_OVERDUE]);
    assert!(kinds(backend, bob).await.is_empty());
}

pub async fn sent_reminders_are_remembered_across_edits(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let task = due(backend, ana, at(5_000)).await;
    let near = scan(at(1_500));
    remind(backend, decided(backend, near).await).await;
    // Read before that scan and changed after it: a reminder keeps the version.
    let sooner = TaskEdit { due_date: Patch::Set(at(4_000)), ..TaskEdit::default() };
    let sooner = edit(backend, &task, sooner).await;
    assert_eq!(remind(backend, decided(backend, near).await).await.changed, 1);
    let back = TaskEdit { due_date: Patch::Set(at(5_000)), ..TaskEdit::default() };
    let sooner = found(backend, sooner.id).await;
    edit(backend, &sooner, back).await;
    let again = due_tasks(backend, near, 100).await;
    let mut sent: Vec<_> = again[0].sent.iter().map(|it| it.due_date).collect();
    sent.sort_unstable();
    assert_eq!(sent, [at(4_000), at(5_000)]);
    let stored = remind(backend, decided(backend, near).await).await;
    assert_eq!((stored.changed, stored.notifications.len()), (1, 0));
    assert_eq!(kinds(backend, ana).await, [NotificationType::TASK_DUE_SOON; 2]);
    let task = found(backend, task.id).await;
    let delete = TaskChange { write: TaskWrite::Delete(Box::new(task)), notifications: vec![] };
    backend.tasks.store(delete).await.expect("the deleted task");
}

pub async fn task_without_a_due_date_is_never_due(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let task = due(backend, ana, at(5_000)).await;
    let none = TaskEdit { due_date: Patch::Clear, ..TaskEdit::default() };
    let without = edit(backend, &task, none).await;
    assert_eq!((without.due_date, without.next_reminder), (None, None));
    assert_eq!(found(backend, task.id).await, without);
    for now in [at(0), at(5_001), at(1_000_000_000)] {
        assert_eq!(due_tasks(backend, scan(now), 100).await, []);
    }
    let again = TaskEdit { due_date: Patch::Set(at(6_000)), ..TaskEdit::default() };
    edit(backend, &without, again).await;
    assert_eq!(due_tasks(backend, scan(at(5_000)), 100).await.len(), 1);
}
