//! Comments of a task with as many as may be, and its readers.

use serde_json::json;

use super::super::super::request::Request;
use super::super::maxima::largest_comment;
use super::tasks::{key, task};
use super::{Case, Ceiling};

pub fn cases() -> Vec<Case> {
    let dots = |length: usize| json!({"comment": format!("@a{}", ".".repeat(length))});
    let mut cases = pages();
    for (operation, last) in [("addTaskComment", "add_comment"), ("createTaskComment", "comments")]
    {
        let created: &[u16] = if last == "comments" { &[201] } else { &[200] };
        cases.extend([
            Case::new(
                operation,
                "20 mentions of a name of 150 characters of 4 bytes",
                Ceiling::Resource,
                created,
                move |data, nth| {
                    let comment = json!({"comment": largest_comment(&data.owner.name)});
                    let path = format!("{}{last}/", task(data.task()));
                    let request = Request::post(&data.owner.access, path, &comment);
                    request.header("Idempotency-Key", &key(operation, nth))
                },
            ),
            Case::new(
                operation,
                "a mention with 4,998 dots",
                Ceiling::Resource,
                created,
                move |data, _| {
                    let path = format!("{}{last}/", task(data.task()));
                    Request::post(&data.owner.access, path, &dots(4_998))
                },
            ),
            Case::new(
                operation,
                "a mention with 4,998 dots, on no task",
                Ceiling::Small,
                &[404],
                move |data, _| {
                    let path = format!("{}{last}/", task(i64::MAX));
                    Request::post(&data.owner.access, path, &dots(4_998))
                },
            ),
            Case::new(
                operation,
                "one more than 1,000 comments",
                Ceiling::Small,
                &[400],
                move |data, _| {
                    let path = format!("{}{last}/", task(data.discussed));
                    Request::post(&data.owner.access, path, &dots(4_998))
                },
            ),
        ]);
    }
    cases.extend([
        Case::new(
            "deleteTaskComment",
            "one of 1,000 comments at their maxima",
            Ceiling::Small,
            &[204],
            |data, _| {
                let comment = data.spare_comment();
                let path = format!("{}comments/{comment}/", task(data.discussed));
                Request::new("DELETE", path).bearer(&data.owner.access)
            },
        ),
        Case::new(
            "removeTaskReader",
            "one of 1,000 readers",
            Ceiling::Small,
            &[204],
            |data, nth| {
                let path = format!("{}readers/{}/", task(data.discussed), data.recipients[nth]);
                // The owner may have given the task away by now.
                Request::new("DELETE", path).bearer(&data.staff.access)
            },
        ),
    ]);
    cases
}

fn pages() -> Vec<Case> {
    let of_task = [
        ("listTaskComments", "a page of 100 comments at their maxima", "comments"),
        ("listTaskReaders", "a page of 100 of 1,000 readers", "readers"),
    ];
    let cases = of_task.map(|(operation, maximum, last)| {
        Case::new(operation, maximum, Ceiling::Page, &[200], move |data, _| {
            let path = format!("{}{last}/?page_size=100", task(data.discussed));
            Request::get(&data.owner.access, path)
        })
    });
    cases.to_vec()
}
