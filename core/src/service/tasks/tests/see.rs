use chrono::TimeDelta;

use super::office::{ANN, BOB, EVE, MIA, NOBODY, Office, ZOE, now, user};
use crate::Failure;
use crate::domain::id::{TaskId, UserId};
use crate::domain::page::PageRequest;
use crate::domain::task::TaskScope;
use crate::domain::task::filter::{DueFilter, TaskFilter, TaskOrder};
use crate::service::tasks::ListTasks;

fn list(all_tasks: bool, page: PageRequest) -> ListTasks {
    ListTasks { all_tasks, filter: TaskFilter::default(), order: TaskOrder::default(), page }
}

#[tokio::test]
async fn a_list_holds_what_the_caller_is_to_do_or_all_that_they_may_see() {
    let cases = [
        (BOB, false, TaskScope::AssignedTo(BOB)),
        (BOB, true, TaskScope::Involving(BOB)),
        (ANN, false, TaskScope::AssignedTo(ANN)),
        (ANN, true, TaskScope::Everyone),
    ];
    for (caller, all_tasks, scope) in cases {
        let office = Office::default();
        let page = PageRequest::new(1, 7).unwrap();
        let tasks = office.tasks();
        let wanted = list(all_tasks, page);
        tasks.list(&user(caller), wanted).await.unwrap();
        let queries = office.queries.lock().unwrap();
        assert_eq!((queries[0].scope, queries[0].page), (scope, page));
    }
}

#[tokio::test]
async fn a_listed_task_shows_all_of_its_people() {
    let tasks = Office::default().tasks();
    let page = tasks.list(&user(BOB), list(false, PageRequest::first(25))).await;
    let page = page.unwrap();
    assert_eq!((page.total, page.items.len()), (1, 1));
    let user_names = &page.items[0].user_names;
    let names = [BOB, ZOE, EVE, MIA].map(|id| user_names.get(id).unwrap().username.as_str());
    assert_eq!(names, ["bob", "zoe", "eve", "mia"]);
    assert_eq!(user_names.get(ANN), None);
}

#[tokio::test]
async fn a_page_past_the_end_does_not_exist() {
    let tasks = Office::default().tasks();
    let second = PageRequest::new(2, 25).unwrap();
    let refused = tasks.list(&user(BOB), list(false, second)).await;
    assert_eq!(refused, Err(Failure::InvalidPage));
}

#[tokio::test]
async fn those_whom_a_task_names_and_staff_read_it_and_for_others_it_does_not_exist() {
    let tasks = Office::default().tasks();
    for reader in [ANN, BOB, EVE, ZOE, MIA] {
        let read = tasks.read(&user(reader), TaskId(1)).await.unwrap();
        assert_eq!(read.user_names.get(BOB).unwrap().username, "bob");
    }
    for stranger in [UserId(6), NOBODY] {
        let refused = tasks.read(&user(stranger), TaskId(1)).await;
        assert_eq!(refused, Err(Failure::NotFound));
    }
    let refused = tasks.read(&user(ANN), TaskId(2)).await;
    assert_eq!(refused, Err(Failure::NotFound));
}

#[tokio::test]
async fn what_is_due_is_asked_of_the_callers_own_tasks_from_now() {
    let office = Office::default();
    let tasks = office.tasks();
    assert_eq!(tasks.overdue(BOB).await.unwrap().len(), 1);
    assert_eq!(tasks.due_soon(BOB, 3).await.unwrap().len(), 1);
    let queries = office.queries.lock().unwrap();
    let in_three_days = now() + TimeDelta::days(3);
    let wanted = [DueFilter::Overdue(now()), DueFilter::Between(now(), in_three_days)];
    assert_eq!(queries.iter().map(|query| query.filter.due).collect::<Vec<_>>(), wanted);
    for query in queries.iter() {
        assert_eq!(query.scope, TaskScope::AssignedTo(BOB));
        assert_eq!(query.order, TaskOrder::EarliestDue);
    }
}
