//! Tasks at all their maxima, and lists of them.

use serde_json::json;

use super::super::super::request::{Request, encoded};
use super::super::maxima::{ESCAPED, largest_task};
use super::super::worst_data::WorstData;
use super::{Case, Ceiling};

/// The largest page of tasks, which the others are compared with.
pub const LARGEST_PAGE: &str = "a page of 100 tasks at their maxima";
/// The longest text that is searched for: it agrees with every place of a text but at its end.
const SEARCHED: usize = 100;

pub fn cases() -> Vec<Case> {
    [lists(), one(), creations(), actions()].concat()
}

fn lists() -> Vec<Case> {
    let list = |operation, maximum, ceiling, path: &'static str| {
        Case::new(operation, maximum, ceiling, &[200], move |data, _| {
            Request::get(&data.owner.access, path)
        })
    };
    vec![
        list("listTasks", LARGEST_PAGE, Ceiling::Page, "/api/v1/tasks/?page_size=100"),
        list(
            "listTasks",
            "all tasks, by priority",
            Ceiling::Page,
            "/api/v1/tasks/?page_size=100&all_tasks=true&ordering=-priority",
        ),
        list(
            "listOverdueTasks",
            "120 tasks at their maxima",
            Ceiling::List,
            "/api/v1/tasks/overdue/",
        ),
        list(
            "listTasksDueSoon",
            "120 tasks at their maxima",
            Ceiling::List,
            "/api/v1/tasks/due_soon/?days=365",
        ),
        Case::new(
            "listTasks",
            "the longest tag, type and status",
            Ceiling::Page,
            &[200],
            |data, _| {
                let tag = encoded(&format!("10{}", ESCAPED.repeat(48)));
                let kind = encoded(&ESCAPED.repeat(50));
                let path = format!(
                    "/api/v1/tasks/?page_size=100&status=OVERDUE&priority=URGENT&tag={tag}\
                     &linked_entity_type={kind}&linked_entity_id={}",
                    i64::MAX
                );
                Request::get(&data.owner.access, path)
            },
        ),
        Case::new(
            "listTasks",
            "a search in 2,000 tasks of 20,000 characters",
            Ceiling::Search,
            &[200, 503],
            |data, nth| {
                let text = format!("{}b", "a".repeat(SEARCHED - 1));
                // Another page each time, so that no response is that of another call.
                let path = format!("/api/v1/tasks/?search={text}&page_size={}", nth % 100 + 1);
                Request::get(&data.searcher.access, path)
            },
        ),
        Case::new(
            "listTasks",
            "a search beyond 100 characters",
            Ceiling::Small,
            &[400],
            |data, _| {
                let path = format!("/api/v1/tasks/?search={}", "a".repeat(10_000));
                Request::get(&data.searcher.access, path)
            },
        ),
    ]
}

fn one() -> Vec<Case> {
    let edit = |data: &WorstData| largest_task(data.owner.id, &data.in_days(1));
    vec![
        Case::new(
            "getTask",
            "a task with 1,000 comments at their maxima",
            Ceiling::Resource,
            &[200],
            |data, _| {
                let path = format!("/api/v1/tasks/{}/", data.discussed);
                Request::get(&data.owner.access, path)
            },
        ),
        Case::new("getTask", "a task at its maxima", Ceiling::Resource, &[200], |data, _| {
            Request::get(&data.owner.access, task(data.task()))
        }),
        Case::new(
            "replaceTask",
            "a task at its maxima",
            Ceiling::Resource,
            &[200],
            move |data, _| {
                Request::new("PUT", task(data.task())).bearer(&data.owner.access).json(&edit(data))
            },
        ),
        Case::new(
            "updateTask",
            "a task with 1,000 comments",
            Ceiling::Resource,
            &[200],
            |data, nth| {
                let detail = format!("{nth:05}{}", ESCAPED.repeat(19_995));
                Request::new("PATCH", task(data.discussed))
                    .bearer(&data.owner.access)
                    .json(&json!({ "detail": detail }))
            },
        ),
        Case::new("deleteTask", "a task at its maxima", Ceiling::Small, &[204], |data, _| {
            Request::new("DELETE", task(data.spare_task())).bearer(&data.owner.access)
        }),
    ]
}

fn creations() -> Vec<Case> {
    let paths = [("createTask", "/api/v1/tasks/"), ("createTaskAtCreate", "/api/v1/tasks/create/")];
    let cases = paths.map(|(operation, path)| {
        let maximum = "a task at its maxima, with a key of 255 characters";
        Case::new(operation, maximum, Ceiling::Resource, &[201], move |data, nth| {
            let task = largest_task(data.owner.id, &data.in_days(400));
            let request = Request::post(&data.owner.access, path, &task);
            request.header("Idempotency-Key", &key(operation, nth))
        })
    });
    cases.to_vec()
}

fn actions() -> Vec<Case> {
    let actions = [("startTask", "start"), ("completeTask", "complete"), ("cancelTask", "cancel")];
    let mut cases: Vec<_> = actions
        .into_iter()
        .map(|(operation, action)| {
            let maximum = "a task at its maxima";
            Case::new(operation, maximum, Ceiling::Resource, &[200], move |data, _| {
                let path = format!("{}{action}/", task(data.spare_task()));
                Request::act(&data.owner.access, path)
            })
        })
        .collect();
    cases.push(Case::new(
        "reopenTask",
        "a task at its maxima",
        Ceiling::Resource,
        // Only closed tasks are opened again.
        &[200, 409],
        |data, _| Request::act(&data.owner.access, format!("{}reopen/", task(data.task()))),
    ));
    cases.push(Case::new(
        "assignTask",
        "a task with 1,000 comments",
        Ceiling::Resource,
        &[200],
        |data, nth| {
            let to = [data.owner.id, data.witness.id][nth % 2];
            let path = format!("{}assign/", task(data.discussed));
            Request::post(&data.staff.access, path, &json!({ "assigned_to": to }))
        },
    ));
    cases
}

/// The path of a task.
pub(super) fn task(id: i64) -> String {
    format!("/api/v1/tasks/{id}/")
}

/// The longest key, another one for each call.
pub(super) fn key(operation: &str, nth: usize) -> String {
    format!("{operation}{nth:->width$}", width = 255 - operation.len())
}
