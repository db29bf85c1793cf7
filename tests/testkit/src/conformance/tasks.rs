//! New tasks and task lists.

use crate::commit::Commit;
use leopard_core::Failure;
use leopard_core::domain::change::TaskChange;
use leopard_core::domain::id::{TaskId, UserId};
use leopard_core::domain::notification::MetaInfo;
use leopard_core::domain::page::{Page, PageRequest};
use leopard_core::domain::task::{
    Detail, LinkedEntity, NewTask, Priority, Status, Tags, Task, TaskScope,
};
use leopard_core::domain::text::Text;
use leopard_core::port::TaskQuery;

use crate::Backend;
use crate::fixtures::{
    at, list_inbox, new_notification, new_task, task_notifying, users, whole_inbox,
};

/// Emoji, joined emoji, right-to-left text, a combining accent, markup, quotes, line ends.
const TEXTS: [&str; 7] = [
    "🚀 👩‍👩‍👧‍👦 \u{1F1EA}\u{1F1FA}",
    "مرحبا \u{202E}עולם\u{202C}",
    "e\u{301} is not é",
    "<script>alert('x')</script> & \"quoted\" `so` \\n",
    "  spaces stay \t ",
    "line\r\nline\nline\u{2028}",
    "'); DROP TABLE tasks; -- ? $1 :a @b %s {}",
];

async fn store(backend: &Backend, insert: NewTask) -> Task {
    let change = TaskChange::insert(insert, vec![]);
    backend.tasks.store(change).await.expect("a task").task
}

async fn page(backend: &Backend, scope: TaskScope, number: u64, size: u64) -> Page<Task> {
    let page = PageRequest::new(number, size).expect("a page request");
    let query = TaskQuery::all_of(UserId(0), scope, page);
    backend.tasks.list(query).await.expect("a page")
}

fn ids(tasks: &[Task]) -> Vec<TaskId> {
    tasks.iter().map(|task| task.id).collect()
}

pub async fn task_is_stored_and_read_unchanged(backend: &Backend) {
    let [ana, bob, eve] = users(backend, ["ana", "bob", "eve"]).await;
    let tags = ["b", "a", "b"].map(str::to_owned).to_vec();
    let full = NewTask {
        priority: Priority::Urgent,
        assigned_to: Some(bob),
        assigned_by: ana,
        created_by: eve,
        tags: Tags::new(tags.clone()).expect("tags"),
        linked_entity: Some(LinkedEntity { kind: "client".to_owned(), id: i64::MAX }),
        ..new_task(ana, "Full")
    };
    let plain = store(backend, new_task(ana, "Plain")).await;
    let stored = store(backend, full.clone()).await;
    assert_eq!(stored, full.into_task(stored.id));
    assert_eq!((stored.version, stored.status), (1, Status::Pending));
    assert_eq!(stored.tags.as_slice(), tags);
    for task in [stored, plain] {
        let found = backend.tasks.find(task.id).await.expect("an answer");
        assert_eq!(found, Some(task));
    }
    let none = backend.tasks.find(TaskId(404)).await.expect("an answer");
    assert_eq!(none, None);
}

pub async fn text_is_stored_byte_for_byte(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    for text in TEXTS {
        let insert = NewTask {
            title: Text::new(text.to_owned()).expect("a title"),
            detail: Text::new(text.repeat(100)).expect("a detail"),
            tags: Tags::new(vec![text.chars().take(50).collect()]).expect("tags"),
            linked_entity: Some(LinkedEntity { kind: text.to_owned(), id: -1 }),
            ..new_task(ana, "Text")
        };
        let change = TaskChange::insert(insert, vec![new_notification(ana, text)]);
        let stored = backend.tasks.store(change).await.expect("a task");
        assert_eq!(stored.task.title, text);
        let found = backend.tasks.find(stored.task.id).await.expect("an answer");
        assert_eq!(found, Some(stored.task));
        let newest = list_inbox(backend, whole_inbox(ana)).await.swap_remove(0);
        assert_eq!(newest.title, text);
        assert_eq!(vec![newest], stored.notifications);
    }
}

pub async fn empty_description_is_stored(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let insert = NewTask { detail: Detail::default(), ..new_task(ana, "Short") };
    let stored = backend.tasks.store(TaskChange::insert(insert, vec![])).await.expect("a task");
    let found = backend.tasks.find(stored.task.id).await.expect("an answer");
    assert_eq!(found.expect("a task").detail, "");
}

pub async fn times_are_stored_to_the_microsecond(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    for micros in [0, 1, 120_000, 999_999, 4_102_444_800_000_001, -1] {
        let time = chrono::DateTime::from_timestamp_micros(micros).expect("a time");
        let insert = NewTask { due_date: Some(time), created_at: time, ..new_task(ana, "Timed") };
        let mut notification = new_notification(ana, "Timed");
        notification.due_date = Some(time);
        notification.created_at = time;
        let change = TaskChange::insert(insert, vec![notification]);
        let stored = backend.tasks.store(change).await.expect("a task");
        let found = backend.tasks.find(stored.task.id).await.expect("an answer");
        let found = found.expect("a task");
        assert_eq!((found.due_date, found.created_at), (Some(time), time));
        assert_eq!((found.updated_at, found.completed_at), (time, None));
        let newest = list_inbox(backend, whole_inbox(ana)).await.swap_remove(0);
        assert_eq!((newest.due_date, newest.created_at), (Some(time), time));
    }
}

pub async fn latest_due_date_comes_first(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let micros = chrono::TimeDelta::microseconds;
    let mut due = Vec::new();
    // Whole seconds, milliseconds and microseconds must sort as times, not as text.
    for (due_date, created_at) in [
        (at(5), at(1)),
        (at(5) + micros(1), at(1)),
        (at(5) - micros(456), at(1)),
        (at(5) - micros(123_456), at(1)),
        (at(5), at(2)),
        (at(5), at(1)),
        (at(-1_000_000_000), at(3)),
    ] {
        let due_date = Some(due_date);
        let insert = NewTask { due_date, created_at, ..new_task(ana, "Due") };
        due.push(store(backend, insert).await.id);
    }
    let expected = [1, 4, 5, 0, 2, 3, 6].map(|place: usize| due[place]);
    let listed = page(backend, TaskScope::Everyone, 1, 10).await;
    assert_eq!(ids(&listed.items), expected);
}

pub async fn scope_lists_exactly_its_tasks(backend: &Backend) {
    let [ana, bob, eve] = users(backend, ["ana", "bob", "eve"]).await;
    let mut stored = Vec::new();
    for (assigned_to, assigned_by, created_by) in [
        (Some(bob), ana, ana),
        (None, bob, ana),
        (None, ana, bob),
        (Some(bob), bob, bob),
        (Some(ana), ana, ana),
    ] {
        let insert = NewTask { assigned_to, assigned_by, created_by, ..new_task(ana, "Scoped") };
        stored.push(store(backend, insert).await.id);
    }
    let cases: [(TaskScope, &[usize]); 6] = [
        (TaskScope::AssignedTo(bob), &[3, 0]),
        (TaskScope::AssignedTo(eve), &[]),
        (TaskScope::Involving(bob), &[3, 2, 1, 0]),
        (TaskScope::Involving(ana), &[4, 2, 1, 0]),
        (TaskScope::Involving(eve), &[]),
        (TaskScope::Everyone, &[4, 3, 2, 1, 0]),
    ];
    for (scope, places) in cases {
        let found = page(backend, scope, 1, 10).await;
        let expected: Vec<TaskId> = places.iter().map(|place| stored[*place]).collect();
        assert_eq!(ids(&found.items), expected, "{scope:?}");
        assert_eq!(found.total, expected.len() as u64, "{scope:?}");
    }
}

pub async fn pages_have_the_total(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let mut stored = Vec::new();
    for number in 0..7 {
        let tags = vec![format!("tag{number}")];
        let insert = NewTask { tags: Tags::new(tags).expect("tags"), ..new_task(ana, "Paged") };
        stored.insert(0, store(backend, insert).await);
    }
    for (number, expected) in [
        (1, &stored[..3]),
        (2, &stored[3..6]),
        (3, &stored[6..]),
        (4, &[]),
        (i64::MAX.unsigned_abs() / 3, &[]),
    ] {
        let found = page(backend, TaskScope::Everyone, number, 3).await;
        assert_eq!((found.items.as_slice(), found.total), (expected, 7));
    }
}

pub async fn failed_change_stores_nothing(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let refused = backend.tasks.store(task_notifying(&[ana, UserId(404)])).await;
    assert!(matches!(refused, Err(Failure::Internal(_))), "{refused:?}");
    assert_eq!(page(backend, TaskScope::Everyone, 1, 10).await.total, 0);
    assert_eq!(list_inbox(backend, whole_inbox(ana)).await, vec![]);

    let stored = backend.tasks.store(task_notifying(&[ana])).await.expect("a task");
    let first = &stored.notifications[0];
    assert_eq!(first.sequence, 1);
    let subject = MetaInfo::Task { task_id: stored.task.id, priority: Priority::High };
    assert_eq!(first.meta_info, subject);
}
