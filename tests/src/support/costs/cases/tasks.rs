//! Tasks at all their maxima, and lists of them.

use serde_json::json;

use super::super::super::request::{Request, encoded};
use super::super::maxima::{ESCAPED, largest_task};
use super::Ceiling::{List, Page, Resource, Search, Small};
use super::{Case, Ceiling, key, task};

/// The largest page of tasks, which the others are compared with.
pub const LARGEST_PAGE: &str = "a page of 100 tasks at their maxima";
/// The longest search text: it matches every place of a text except its end.
const SEARCHED: usize = 100;
const TASKS: &str = "/api/v1/tasks/";
const ONE: &str = "a task at its maxima";

pub fn cases() -> Vec<Case> {
    [lists(), one(), creations(), actions()].concat()
}

fn lists() -> Vec<Case> {
    let list = |operation, maximum, ceiling: Ceiling, query: &'static str| {
        ceiling.of(operation, maximum, move |data, _| data.owner_gets(format!("{TASKS}{query}")))
    };
    let by_priority = "?page_size=100&all_tasks=true&ordering=-priority";
    vec![
        list("listTasks", LARGEST_PAGE, Page, "?page_size=100"),
        list("listTasks", "all tasks, by priority", Page, by_priority),
        list("listOverdueTasks", "120 tasks at their maxima", List, "overdue/"),
        list("listTasksDueSoon", "120 tasks at their maxima", List, "due_soon/?days=365"),
        Page.of("listTasks", "the longest tag, type and status", |data, _| {
            let tag = encoded(&format!("10{}", ESCAPED.repeat(48)));
            let (kind, id) = (encoded(&ESCAPED.repeat(50)), i64::MAX);
            data.owner_gets(format!(
                "{TASKS}?page_size=100&status=OVERDUE&priority=URGENT&tag={tag}\
                 &linked_entity_type={kind}&linked_entity_id={id}"
            ))
        }),
        Search
            .of("listTasks", "a search in 2,000 tasks of 20,000 characters", |data, nth| {
                let text = format!("{}b", "a".repeat(SEARCHED - 1));
                // A different page each time, so that no response is cached.
                let path = format!("{TASKS}?search={text}&page_size={}", nth % 100 + 1);
                Request::get(&data.searcher.access, path)
            })
            .with_statuses(&[200, 503]),
        Small
            .of("listTasks", "a search beyond 100 characters", |data, _| {
                let path = format!("{TASKS}?search={}", "a".repeat(10_000));
                Request::get(&data.searcher.access, path)
            })
            .with_statuses(&[400]),
    ]
}

fn one() -> Vec<Case> {
    vec![
        Resource.of("getTask", "a task with 1,000 comments at their maxima", |data, _| {
            data.owner_gets(task(data.discussed))
        }),
        Resource.of("getTask", ONE, |data, _| data.owner_gets(task(data.tasks.any()))),
        Resource.of("replaceTask", ONE, |data, _| {
            let edit = largest_task(data.owner.id, &data.in_days(1));
            data.owner_sends("PUT", task(data.tasks.any())).json(&edit)
        }),
        Resource.of("updateTask", "a task with 1,000 comments", |data, nth| {
            let detail = format!("{nth:05}{}", ESCAPED.repeat(19_995));
            let edit = json!({ "detail": detail });
            data.owner_sends("PATCH", task(data.discussed)).json(&edit)
        }),
        Small
            .of("deleteTask", ONE, |data, _| data.owner_sends("DELETE", task(data.tasks.take())))
            .with_statuses(&[204]),
    ]
}

fn creations() -> Vec<Case> {
    let paths = [("createTask", "/api/v1/tasks/"), ("createTaskAtCreate", "/api/v1/tasks/create/")];
    let cases = paths.map(|(operation, path)| {
        let maximum = "a task at its maxima, with a key of 255 characters";
        let case = Resource.of(operation, maximum, move |data, nth| {
            let task = largest_task(data.owner.id, &data.in_days(400));
            let request = data.owner_sends("POST", path).json(&task);
            request.header("Idempotency-Key", &key(operation, nth))
        });
        case.with_statuses(&[201])
    });
    cases.to_vec()
}

fn actions() -> Vec<Case> {
    let actions = [("startTask", "start"), ("completeTask", "complete"), ("cancelTask", "cancel")];
    let actions = actions.map(|(operation, action)| {
        Resource.of(operation, ONE, move |data, _| {
            data.owner_sends("POST", format!("{}{action}/", task(data.tasks.take())))
        })
    });
    let others = [
        Resource
            .of("reopenTask", ONE, |data, _| {
                data.owner_sends("POST", format!("{}reopen/", task(data.tasks.any())))
            })
            // Only closed tasks are opened again.
            .with_statuses(&[200, 409]),
        Resource.of("assignTask", "a task with 1,000 comments", |data, nth| {
            let to = [data.owner.id, data.witness.id][nth % 2];
            let path = format!("{}assign/", task(data.discussed));
            Request::post(&data.staff.access, path, &json!({ "assigned_to": to }))
        }),
    ];
    [&actions[..], &others].concat()
}
