use chrono::TimeDelta;

use super::fixture::{STRANGER, TASK, TasksFixture};
use crate::Failure;
use crate::domain::id::TaskId;
use crate::domain::page::PageRequest;
use crate::domain::task::TaskScope;
use crate::domain::task::filter::{DueFilter, TaskFilter, TaskOrder};
use crate::service::tasks::ListTasks;
use crate::tests::fixtures::{ANN, BOB, EVE, MIA, UNKNOWN, ZOE, now, user};

fn list(all_tasks: bool, page: PageRequest) -> ListTasks {
    ListTasks { all_tasks, filter: TaskFilter::default(), order: TaskOrder::default(), page }
}

#[tokio::test]
async fn list_has_the_scope_of_the_caller() {
    for (caller, all_tasks, scope) in [
        (BOB, false, TaskScope::AssignedTo(BOB)),
        (BOB, true, TaskScope::Involving(BOB)),
        (ANN, false, TaskScope::AssignedTo(ANN)),
        (ANN, true, TaskScope::Everyone),
    ] {
        let fixture = TasksFixture::default();
        let page = PageRequest::new(1, 7).unwrap();
        fixture.tasks().list(&user(caller), list(all_tasks, page)).await.unwrap();
        let query = fixture.queries.take().remove(0);
        assert_eq!((query.scope, query.page), (scope, page));
    }
}

#[tokio::test]
async fn listed_task_has_the_names_of_its_users_only() {
    let tasks = TasksFixture::default().tasks();
    let page = tasks.list(&user(BOB), list(false, PageRequest::first(25))).await.unwrap();
    assert_eq!((page.total, page.items.len()), (1, 1));
    let user_names = &page.items[0].user_names;
    let names = [BOB, ZOE, EVE, MIA].map(|id| user_names.get(id).unwrap().username.as_str());
    assert_eq!(names, ["bob", "zoe", "eve", "mia"]);
    assert_eq!(user_names.get(ANN), None);
}

#[tokio::test]
async fn page_past_the_end_is_invalid() {
    let tasks = TasksFixture::default().tasks();
    let second = PageRequest::new(2, 25).unwrap();
    let refused = tasks.list(&user(BOB), list(false, second)).await;
    assert_eq!(refused, Err(Failure::InvalidPage));
}

#[tokio::test]
async fn involved_and_mentioned_users_read_the_task_and_others_do_not_find_it() {
    let tasks = TasksFixture::default().tasks();
    for reader in [ANN, BOB, EVE, ZOE, MIA] {
        let read = tasks.read(&user(reader), TASK).await.unwrap();
        assert_eq!(read.user_names.get(BOB).unwrap().username, "bob");
    }
    for (caller, task) in [(STRANGER, TASK), (UNKNOWN, TASK), (ANN, TaskId(2))] {
        assert_eq!(tasks.read(&user(caller), task).await, Err(Failure::NotFound));
    }
}

#[tokio::test]
async fn due_lists_query_tasks_of_the_caller_from_now_on() {
    let fixture = TasksFixture::default();
    let tasks = fixture.tasks();
    assert_eq!(tasks.overdue(BOB).await.unwrap().len(), 1);
    assert_eq!(tasks.due_soon(BOB, 3).await.unwrap().len(), 1);
    let in_three_days = now() + TimeDelta::days(3);
    let filters = [DueFilter::Overdue(now()), DueFilter::Between(now(), in_three_days)];
    let queries = fixture.queries.take();
    assert_eq!(queries.iter().map(|query| query.filter.due).collect::<Vec<_>>(), filters);
    for query in queries {
        assert_eq!(query.scope, TaskScope::AssignedTo(BOB));
        assert_eq!(query.order, TaskOrder::EarliestDue);
    }
}
