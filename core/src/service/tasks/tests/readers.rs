//! Who may read a task.

use super::office::{ANN, BOB, EVE, MIA, Office, ZOE, now, user};
use crate::Failure;
use crate::domain::change::{TaskWrite, Touch};
use crate::domain::id::{TaskId, UserId};
use crate::domain::page::PageRequest;
use crate::domain::task::ExpectedVersion;
use crate::domain::task::ReadingReason::{self, Assignee, Assigner, Creator, Mention};

async fn readers(
    office: &Office,
    caller: UserId,
    page: PageRequest,
) -> Result<(u64, Vec<(UserId, Vec<ReadingReason>)>), Failure> {
    let (tasks, caller) = (office.tasks(), user(caller));
    let found = tasks.readers(&caller, TaskId(1), page).await?;
    for reader in &found.value.items {
        assert!(found.user_names.get(reader.user).is_some());
    }
    let readers = found.value.items.into_iter();
    let readers = readers.map(|reader| (reader.user, reader.reasons));
    Ok((found.value.total, readers.collect()))
}

#[tokio::test]
async fn readers_are_listed_with_their_reasons_page_by_page() {
    let office = Office { granted: vec![BOB, MIA, UserId(8), UserId(9)], ..Office::default() };
    let all = [
        (BOB, vec![Assignee, Mention]),
        (ZOE, vec![Assigner]),
        (EVE, vec![Creator]),
        (MIA, vec![Mention]),
        (UserId(8), vec![Mention]),
        (UserId(9), vec![Mention]),
    ];
    for reader in [ANN, BOB, EVE, ZOE, MIA] {
        let found = readers(&office, reader, PageRequest::first(25)).await;
        assert_eq!(found, Ok((6, all.to_vec())));
    }
    for size in 1..=7 {
        let mut found = vec![];
        for number in 1..=6_u64.div_ceil(size) {
            let page = PageRequest::new(number, size).unwrap();
            found.extend(readers(&office, MIA, page).await.unwrap().1);
        }
        assert_eq!(found, all, "{size} on a page");
        let beyond = PageRequest::new(6_u64.div_ceil(size) + 1, size).unwrap();
        let refused = readers(&office, MIA, beyond).await;
        assert_eq!(refused, Err(Failure::InvalidPage));
    }
    let refused = readers(&office, UserId(6), PageRequest::first(25)).await;
    assert_eq!(refused, Err(Failure::NotFound));
}

#[tokio::test]
async fn one_role_holder_is_listed_once_with_all_reasons() {
    let office = Office::with(|task| {
        task.assigned_by = BOB;
        task.created_by = BOB;
    });
    let (total, found) = readers(&office, BOB, PageRequest::first(25)).await.unwrap();
    let bob = (BOB, vec![Assignee, Assigner, Creator]);
    assert_eq!((total, found), (2, vec![bob, (MIA, vec![Mention])]));
}

#[tokio::test]
async fn involved_users_remove_readers_who_are_not_involved_themselves() {
    let remove = async |office: &Office, caller, reader| {
        let (tasks, caller) = (office.tasks(), user(caller));
        let any = ExpectedVersion::Any;
        tasks.remove_reader(&caller, TaskId(1), reader, any).await
    };
    for caller in [ANN, BOB, EVE, ZOE] {
        let office = Office::default();
        assert_eq!(remove(&office, caller, MIA).await, Ok(()));
        let committed = office.committed.lock().unwrap();
        let touch = Touch { task: TaskId(1), by: caller, at: now(), expected_version: None };
        assert_eq!(committed[0].write, TaskWrite::RemoveReader(MIA, touch));
    }
    let office = Office::default();
    for (caller, reader, expected) in [
        (MIA, MIA, Failure::PermissionDenied),
        (MIA, BOB, Failure::PermissionDenied),
        (UserId(6), MIA, Failure::NotFound),
        (ANN, BOB, Failure::ReaderInvolved),
        (BOB, ZOE, Failure::ReaderInvolved),
        (ZOE, EVE, Failure::ReaderInvolved),
    ] {
        assert_eq!(remove(&office, caller, reader).await, Err(expected));
    }
    assert!(office.committed.lock().unwrap().is_empty());
}
