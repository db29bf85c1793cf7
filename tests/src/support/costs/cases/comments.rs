//! Comments of a task with the maximum of comments, and its readers.

use serde_json::{Value, json};

use super::super::super::request::Request;
use super::super::maxima::largest_comment;
use super::Ceiling::{Page, Resource, Small};
use super::{Case, key, task};

pub fn cases() -> Vec<Case> {
    let mut cases = pages();
    cases.extend(creations("addTaskComment", "add_comment", &[200]));
    cases.extend(creations("createTaskComment", "comments", &[201]));
    let deletions = [
        Small.of("deleteTaskComment", "one of 1,000 comments at their maxima", |data, _| {
            let comment = data.comments.take();
            data.owner_sends("DELETE", format!("{}comments/{comment}/", task(data.discussed)))
        }),
        Small.of("removeTaskReader", "one of 1,000 readers", |data, nth| {
            let path = format!("{}readers/{}/", task(data.discussed), data.recipients[nth]);
            // The task may have another owner by now.
            Request::new("DELETE", path).bearer(&data.staff.access)
        }),
    ];
    cases.extend(deletions.map(|case| case.with_statuses(&[204])));
    cases
}

/// A comment with a mention of so many dots.
fn dots() -> Value {
    json!({"comment": format!("@a{}", ".".repeat(4_998))})
}

fn creations(operation: &'static str, last: &'static str, created: &'static [u16]) -> [Case; 4] {
    let path = move |id: i64| format!("{}{last}/", task(id));
    [
        Resource
            .of(
                operation,
                "20 mentions of a name of 150 characters of 4 bytes",
                move |data, nth| {
                    let comment = json!({"comment": largest_comment(&data.owner.name)});
                    let request = data.owner_sends("POST", path(data.tasks.any())).json(&comment);
                    request.header("Idempotency-Key", &key(operation, nth))
                },
            )
            .with_statuses(created),
        Resource
            .of(operation, "a mention with 4,998 dots", move |data, _| {
                data.owner_sends("POST", path(data.tasks.any())).json(&dots())
            })
            .with_statuses(created),
        Small
            .of(operation, "a mention with 4,998 dots, on no task", move |data, _| {
                data.owner_sends("POST", path(i64::MAX)).json(&dots())
            })
            .with_statuses(&[404]),
        Small
            .of(operation, "one more than 1,000 comments", move |data, _| {
                data.owner_sends("POST", path(data.discussed)).json(&dots())
            })
            .with_statuses(&[400]),
    ]
}

fn pages() -> Vec<Case> {
    let of_task = [
        ("listTaskComments", "a page of 100 comments at their maxima", "comments"),
        ("listTaskReaders", "a page of 100 of 1,000 readers", "readers"),
    ];
    let cases = of_task.map(|(operation, maximum, last)| {
        Page.of(operation, maximum, move |data, _| {
            data.owner_gets(format!("{}{last}/?page_size=100", task(data.discussed)))
        })
    });
    cases.to_vec()
}
