//! Reading and deleting comments.

use super::fixture::{COMMENT, STRANGER, TASK, TasksFixture};
use crate::Failure;
use crate::domain::change::{TaskWrite, Touch};
use crate::domain::id::{CommentId, UserId};
use crate::domain::page::PageRequest;
use crate::domain::task::ExpectedVersion;
use crate::tests::fixtures::{ANN, BOB, EVE, MIA, ZOE, now, user};

async fn delete(fixture: &TasksFixture, caller: UserId, comment: CommentId) -> Result<(), Failure> {
    let any = ExpectedVersion::Any;
    fixture.tasks().delete_comment(&user(caller), TASK, comment, any).await
}

#[tokio::test]
async fn readers_list_comments_with_the_names_of_all_users_in_them() {
    let tasks = TasksFixture::default().tasks();
    let page = PageRequest::first(25);
    for reader in [ANN, BOB, EVE, ZOE, MIA] {
        let found = tasks.comments(&user(reader), TASK, page).await.unwrap();
        assert_eq!(found.value.items[0].id, COMMENT);
        let names = [ZOE, MIA].map(|id| found.user_names.get(id).unwrap().username.as_str());
        assert_eq!(names, ["zoe", "mia"]);
    }
    let refused = tasks.comments(&user(STRANGER), TASK, page).await;
    assert_eq!(refused, Err(Failure::NotFound));
}

#[tokio::test]
async fn author_creator_and_staff_delete_a_comment_and_other_readers_do_not() {
    for caller in [ZOE, EVE, ANN] {
        let fixture = TasksFixture::default();
        assert_eq!(delete(&fixture, caller, COMMENT).await, Ok(()));
        let change = fixture.committed.take().remove(0);
        let touch = Touch { task: TASK, by: caller, at: now(), expected_version: None };
        assert_eq!(change.write, TaskWrite::DeleteComment(COMMENT, touch));
        assert!(change.notifications.is_empty());
    }
    for (caller, comment, expected) in [
        (BOB, COMMENT, Failure::PermissionDenied),
        (MIA, COMMENT, Failure::PermissionDenied),
        (STRANGER, COMMENT, Failure::NotFound),
        (ANN, CommentId(99), Failure::NotFound),
    ] {
        let fixture = TasksFixture::default();
        assert_eq!(delete(&fixture, caller, comment).await, Err(expected));
        assert!(fixture.committed.is_empty());
    }
}
