use super::fixture::{STRANGER, TASK, TasksFixture};
use crate::Failure;
use crate::domain::change::TaskWrite;
use crate::domain::id::{TaskId, UserId};
use crate::domain::task::ExpectedVersion;
use crate::tests::fixtures::{ANN, BOB, EVE, MIA, ZOE, user};

async fn delete(fixture: &TasksFixture, caller: UserId, id: TaskId) -> Result<(), Failure> {
    fixture.tasks().delete(&user(caller), id, ExpectedVersion::Any).await
}

#[tokio::test]
async fn only_the_creator_and_staff_delete_a_task() {
    for caller in [ANN, EVE] {
        let fixture = TasksFixture::default();
        assert_eq!(delete(&fixture, caller, TASK).await, Ok(()));
        let change = fixture.committed.take().remove(0);
        assert_eq!(change.write, TaskWrite::Delete(Box::new(fixture.task)));
        assert!(change.notifications.is_empty());
    }
    for (caller, expected) in [
        (BOB, Failure::PermissionDenied),
        (ZOE, Failure::PermissionDenied),
        (MIA, Failure::PermissionDenied),
        (STRANGER, Failure::NotFound),
    ] {
        let fixture = TasksFixture::default();
        assert_eq!(delete(&fixture, caller, TASK).await, Err(expected));
        assert!(fixture.committed.is_empty());
    }
}

#[tokio::test]
async fn unknown_task_is_not_found() {
    let refused = delete(&TasksFixture::default(), ANN, TaskId(2)).await;
    assert_eq!(refused, Err(Failure::NotFound));
}
