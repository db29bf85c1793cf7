use super::office::{ANN, BOB, EVE, NOBODY, Office, ZOE, user};
use crate::Failure;
use crate::domain::id::{TaskId, UserId};
use crate::domain::page::PageRequest;
use crate::domain::task::TaskScope;

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
        tasks.list(&user(caller), all_tasks, page).await.unwrap();
        let queries = office.queries.lock().unwrap();
        assert_eq!((queries[0].scope, queries[0].page), (scope, page));
    }
}

#[tokio::test]
async fn a_listed_task_shows_all_of_its_people() {
    let tasks = Office::default().tasks();
    let page = tasks.list(&user(BOB), false, PageRequest::first(25)).await;
    let page = page.unwrap();
    assert_eq!((page.total, page.items.len()), (1, 1));
    let people = &page.items[0].people;
    let names = [BOB, ZOE, EVE].map(|id| people.get(id).unwrap().username.as_str());
    assert_eq!(names, ["bob", "zoe", "eve"]);
    assert_eq!(people.get(ANN), None);
}

#[tokio::test]
async fn a_page_past_the_end_does_not_exist() {
    let tasks = Office::default().tasks();
    let second = PageRequest::new(2, 25).unwrap();
    let refused = tasks.list(&user(BOB), false, second).await;
    assert_eq!(refused, Err(Failure::InvalidPage));
}

#[tokio::test]
async fn those_whom_a_task_names_and_staff_read_it_and_for_others_it_does_not_exist() {
    let tasks = Office::default().tasks();
    for reader in [ANN, BOB, EVE, ZOE] {
        let read = tasks.read(&user(reader), TaskId(1)).await.unwrap();
        assert_eq!(read.people.get(BOB).unwrap().username, "bob");
    }
    for stranger in [UserId(5), NOBODY] {
        let refused = tasks.read(&user(stranger), TaskId(1)).await;
        assert_eq!(refused, Err(Failure::NotFound));
    }
    let refused = tasks.read(&user(ANN), TaskId(2)).await;
    assert_eq!(refused, Err(Failure::NotFound));
}
