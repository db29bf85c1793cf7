use super::office::{ANN, BOB, EVE, MIA, Office, ZOE, user};
use crate::Failure;
use crate::domain::change::TaskWrite;
use crate::domain::id::{TaskId, UserId};
use crate::domain::task::ExpectedVersion;

async fn delete(office: &Office, caller: UserId, id: i64) -> Result<(), Failure> {
    let tasks = office.tasks();
    tasks.delete(&user(caller), TaskId(id), ExpectedVersion::Any).await
}

#[tokio::test]
async fn the_creator_and_staff_delete_and_nobody_else() {
    for caller in [ANN, EVE] {
        let office = Office::default();
        assert_eq!(delete(&office, caller, 1).await, Ok(()));
        let committed = office.committed.lock().unwrap();
        let task = Box::new(office.task.clone());
        assert_eq!(committed[0].write, TaskWrite::Delete(task));
        assert!(committed[0].notifications.is_empty());
    }
    for (caller, expected) in [
        (BOB, Failure::PermissionDenied),
        (ZOE, Failure::PermissionDenied),
        (MIA, Failure::PermissionDenied),
        (UserId(6), Failure::NotFound),
    ] {
        let office = Office::default();
        assert_eq!(delete(&office, caller, 1).await, Err(expected));
        assert!(office.committed.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn what_is_gone_is_not_found() {
    let refused = delete(&Office::default(), ANN, 2).await;
    assert_eq!(refused, Err(Failure::NotFound));
}
