//! Reading and deleting comments.

use super::office::{ANN, BOB, EVE, MIA, Office, QUESTION, ZOE, now, user};
use crate::Failure;
use crate::domain::change::{TaskWrite, Touch};
use crate::domain::id::{CommentId, TaskId, UserId};
use crate::domain::page::PageRequest;
use crate::domain::task::ExpectedVersion;

async fn delete(office: &Office, caller: UserId, comment: CommentId) -> Result<(), Failure> {
    let (tasks, caller) = (office.tasks(), user(caller));
    let any = ExpectedVersion::Any;
    tasks.delete_comment(&caller, TaskId(1), comment, any).await
}

#[tokio::test]
async fn readers_list_comments_with_the_names_of_all_users_in_them() {
    let tasks = Office::default().tasks();
    let page = PageRequest::first(25);
    for reader in [ANN, BOB, EVE, ZOE, MIA] {
        let found = tasks.comments(&user(reader), TaskId(1), page).await.unwrap();
        assert_eq!(found.value.items[0].id, QUESTION);
        let names = [ZOE, MIA].map(|id| found.user_names.get(id).unwrap().username.as_str());
        assert_eq!(names, ["zoe", "mia"]);
    }
    let refused = tasks.comments(&user(UserId(6)), TaskId(1), page).await;
    assert_eq!(refused, Err(Failure::NotFound));
}

#[tokio::test]
async fn author_creator_and_staff_delete_a_comment_and_other_readers_do_not() {
    for caller in [ZOE, EVE, ANN] {
        let office = Office::default();
        assert_eq!(delete(&office, caller, QUESTION).await, Ok(()));
        let committed = office.committed.lock().unwrap();
        let touch = Touch { task: TaskId(1), by: caller, at: now(), expected_version: None };
        assert_eq!(committed[0].write, TaskWrite::DeleteComment(QUESTION, touch));
        assert!(committed[0].notifications.is_empty());
    }
    for (caller, expected) in [
        (BOB, Failure::PermissionDenied),
        (MIA, Failure::PermissionDenied),
        (UserId(6), Failure::NotFound),
    ] {
        let office = Office::default();
        assert_eq!(delete(&office, caller, QUESTION).await, Err(expected));
        assert!(office.committed.lock().unwrap().is_empty());
    }
    let refused = delete(&Office::default(), ANN, CommentId(99)).await;
    assert_eq!(refused, Err(Failure::NotFound));
}
