//! Task lists: every store finds exactly the tasks for which the filter of the core matches, in its order.

use crate::commit::Commit;
use chrono::{DateTime, TimeDelta, Utc};
use leopard_core::domain::change::{TaskChange, TaskWrite};
use leopard_core::domain::id::UserId;
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::task::filter::{DueFilter, Filter, SearchText, TaskFilter, TaskOrder};
use leopard_core::domain::task::{LinkedEntity, NewTask, Priority, Status, Tags, Task, TaskScope};
use leopard_core::domain::text::Text;
use leopard_core::port::TaskQuery;

use crate::Backend;
use crate::fixtures::{at, new_task, users};

const TITLES: [&str; 5] = ["Ring ZOË", "notify 100%_off", "Straße", "back\\slash", "Ring"];
const TAGS: [&[&str]; 3] = [&[], &["red"], &["red", "blue"]];

fn now() -> DateTime<Utc> {
    at(1_000)
}

fn nth<T: Clone>(values: &[T], number: usize) -> T {
    values[number % values.len()].clone()
}

/// Tasks that share values in every field.
async fn fill(backend: &Backend, [owner, other]: [UserId; 2], count: usize) -> Vec<Task> {
    let mut tasks = Vec::with_capacity(count);
    for number in 0..count {
        let days = i64::try_from(number % 7).expect("a small number") - 3;
        let linked = [None, Some(("client", 7)), Some(("client", 8)), Some(("visa", 7))];
        let insert = NewTask {
            detail: Text::new(nth(&["Now", "nach WEISS", "σίγουρος"], number / 2).to_owned())
                .expect("a detail"),
            priority: nth(&Priority::ALL, number / 3),
            due_date: (number % 5 > 0).then(|| now() + TimeDelta::days(days)),
            tags: Tags::new(nth(&TAGS, number).iter().map(|&tag| tag.to_owned()).collect())
                .expect("tags"),
            linked_entity: nth(&linked, number / 2)
                .map(|(kind, id)| LinkedEntity { kind: kind.to_owned(), id }),
            assigned_to: nth(&[None, Some(owner), Some(other)], number),
            assigned_by: nth(&[owner, owner, other], number / 3),
            created_at: now() + TimeDelta::seconds(days * 60),
            ..new_task(owner, nth(&TITLES, number))
        };
        let stored = backend.tasks.store(TaskChange::insert(insert, vec![])).await;
        let task = stored.expect("a task").task;
        let changed = Task { status: nth(&Status::ALL, number / 4), ..task.clone() };
        let change =
            TaskChange { write: TaskWrite::Update(Box::new(changed)), notifications: vec![] };
        tasks.push(backend.tasks.store(change).await.expect("a task").task);
    }
    tasks
}

fn filters([owner, other]: [UserId; 2]) -> Vec<TaskFilter> {
    let all = TaskFilter::default;
    let mut filters = vec![all()];
    for status in Status::ALL {
        filters.push(TaskFilter { status: Filter::OneOf(vec![status]), ..all() });
    }
    let open = vec![Status::InProgress, Status::Pending, Status::Pending];
    filters.push(TaskFilter { status: Filter::OneOf(open), ..all() });
    filters.push(TaskFilter { status: Filter::OneOf(vec![]), ..all() });
    for priority in Priority::ALL {
        filters.push(TaskFilter { priority: Filter::OneOf(vec![priority]), ..all() });
    }
    let urgent = vec![Priority::High, Priority::Urgent];
    filters.push(TaskFilter { priority: Filter::OneOf(urgent), ..all() });
    for due in [
        DueFilter::NotOverdue(now()),
        DueFilter::Overdue(now()),
        DueFilter::Between(now(), now() + TimeDelta::days(2)),
    ] {
        filters.push(TaskFilter { due, ..all() });
    }
    for assignees in [vec![None], vec![Some(other)], vec![Some(owner), None], vec![]] {
        filters.push(TaskFilter { assigned_to: Filter::OneOf(assignees), ..all() });
    }
    filters.push(TaskFilter { assigned_by: Filter::OneOf(vec![other]), ..all() });
    filters.push(TaskFilter { created_by: Filter::OneOf(vec![other]), ..all() });
    // Some tasks are due, and were changed, exactly at this time.
    filters.push(TaskFilter { due_after: Some(now()), ..all() });
    filters.push(TaskFilter { due_before: Some(now()), ..all() });
    filters.push(TaskFilter { updated_since: Some(now()), ..all() });
    for tag in ["red", "blue", "Red", ""] {
        filters.push(TaskFilter { tag: Some(tag.to_owned()), ..all() });
    }
    for kind in ["client", "visa", "Client"] {
        let linked_kind = Some(kind.to_owned());
        filters.push(TaskFilter { linked_kind, linked_id: Some(7), ..all() });
    }
    filters.push(TaskFilter { linked_id: Some(8), ..all() });
    for text in ["notify", "zoë", "STRASSE", "100%", "%", "_", "1%f", "\\", "weiß", "ΣΊΓΟΥΡΟΣ", "'"]
    {
        filters.push(TaskFilter { search: SearchText::new(text).expect("a short text"), ..all() });
    }
    filters.push(TaskFilter {
        status: Filter::OneOf(vec![Status::Pending]),
        due: DueFilter::Overdue(now()),
        tag: Some("red".to_owned()),
        search: SearchText::new("notify").expect("a short text"),
        ..all()
    });
    filters
}

pub async fn task_list_filters_and_orders(backend: &Backend) {
    let [ana, bob] = users(backend, ["ana", "bob"]).await;
    let tasks = fill(backend, [ana, bob], 60).await;
    for (number, filter) in filters([ana, bob]).into_iter().enumerate() {
        let order = nth(&TaskOrder::ALL, number);
        let mut expected: Vec<_> = tasks.iter().filter(|task| filter.matches(task)).collect();
        expected.sort_by(|one, other| order.compare(one, other));
        let expected: Vec<_> = expected.into_iter().map(|task| task.id).collect();
        let is_selective = filter == TaskFilter::default() || expected.len() < tasks.len();
        assert!(is_selective, "{filter:?}");
        for scope in [TaskScope::Everyone, TaskScope::Involving(ana)] {
            let query = TaskQuery {
                caller: ana,
                scope,
                filter: filter.clone(),
                order,
                page: PageRequest::first(100),
            };
            let found = backend.tasks.list(query).await.expect("a page");
            let ids: Vec<_> = found.items.iter().map(|task| task.id).collect();
            assert_eq!(ids, expected, "{filter:?} {order:?} {scope:?}");
            assert_eq!(found.total, ids.len() as u64);
        }
    }
}

pub async fn tasks_without_a_due_date_come_last_in_both_orders(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let mut ids = vec![];
    for due_date in [None, Some(at(20)), None, Some(at(10)), None, Some(at(30)), None] {
        let insert = NewTask { due_date, ..new_task(ana, "T") };
        let stored = backend.tasks.store(TaskChange::insert(insert, vec![])).await;
        ids.push(stored.expect("a task").task.id);
    }
    let list = async |order, page| {
        let all = TaskQuery::all_of(ana, TaskScope::AssignedTo(ana), page);
        let page = backend.tasks.list(TaskQuery { order, scope: TaskScope::Everyone, ..all }).await;
        let page = page.expect("a page");
        assert_eq!(page.total, 7);
        page.items.into_iter().map(|task| task.id).collect::<Vec<_>>()
    };
    for (order, expected) in [
        (TaskOrder::EarliestDue, [3, 1, 5, 6, 4, 2, 0]),
        (TaskOrder::LatestDue, [5, 1, 3, 6, 4, 2, 0]),
    ] {
        let expected = expected.map(|place: usize| ids[place]);
        for size in 1..=8 {
            let mut found = vec![];
            for number in 1..=8 {
                let page = PageRequest::new(number, size).expect("a page");
                found.extend(list(order, page).await);
            }
            assert_eq!(found, expected, "{order:?} by {size}");
        }
    }
}
