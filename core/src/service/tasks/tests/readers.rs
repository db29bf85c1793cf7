use super::fixture::{STRANGER, TASK, TasksFixture};
use crate::Failure;
use crate::domain::change::{TaskWrite, Touch};
use crate::domain::id::UserId;
use crate::domain::page::PageRequest;
use crate::domain::task::ExpectedVersion;
use crate::domain::task::ReadingReason::{self, Assignee, Assigner, Creator, Mention};
use crate::tests::fixtures::{ANN, BOB, EVE, MIA, ZOE, now, user};

async fn readers(
    fixture: &TasksFixture,
    caller: UserId,
    page: PageRequest,
) -> Result<(u64, Vec<(UserId, Vec<ReadingReason>)>), Failure> {
    let found = fixture.tasks().readers(&user(caller), TASK, page).await?;
    for reader in &found.value.items {
        assert!(found.user_names.get(reader.user).is_some());
    }
    let readers = found.value.items.into_iter().map(|reader| (reader.user, reader.reasons));
    Ok((found.value.total, readers.collect()))
}

#[tokio::test]
async fn readers_are_listed_with_their_reasons_page_by_page() {
    let granted = vec![BOB, MIA, UserId(8), UserId(9)];
    let fixture = TasksFixture { granted, ..TasksFixture::default() };
    let all = [
        (BOB, vec![Assignee, Mention]),
        (ZOE, vec![Assigner]),
        (EVE, vec![Creator]),
        (MIA, vec![Mention]),
        (UserId(8), vec![Mention]),
        (UserId(9), vec![Mention]),
    ];
    for reader in [ANN, BOB, EVE, ZOE, MIA] {
        let found = readers(&fixture, reader, PageRequest::first(25)).await;
        assert_eq!(found, Ok((6, all.to_vec())));
    }
    for size in 1..=7 {
        let mut found = vec![];
        let last = 6_u64.div_ceil(size);
        let page = |number| PageRequest::new(number, size).unwrap();
        for number in 1..=last {
            found.extend(readers(&fixture, MIA, page(number)).await.unwrap().1);
        }
        assert_eq!(found, all, "{size} on a page");
        let refused = readers(&fixture, MIA, page(last + 1)).await;
        assert_eq!(refused, Err(Failure::InvalidPage));
    }
    let refused = readers(&fixture, STRANGER, PageRequest::first(25)).await;
    assert_eq!(refused, Err(Failure::NotFound));
}

#[tokio::test]
async fn user_with_several_roles_is_listed_once_with_all_reasons() {
    let fixture = TasksFixture::with_task(|task| {
        task.assigned_by = BOB;
        task.created_by = BOB;
    });
    let found = readers(&fixture, BOB, PageRequest::first(25)).await;
    let bob = (BOB, vec![Assignee, Assigner, Creator]);
    assert_eq!(found, Ok((2, vec![bob, (MIA, vec![Mention])])));
}

#[tokio::test]
async fn involved_users_remove_readers_who_are_not_involved_themselves() {
    let remove = async |fixture: &TasksFixture, caller, reader| {
        let any = ExpectedVersion::Any;
        fixture.tasks().remove_reader(&user(caller), TASK, reader, any).await
    };
    for caller in [ANN, BOB, EVE, ZOE] {
        let fixture = TasksFixture::default();
        assert_eq!(remove(&fixture, caller, MIA).await, Ok(()));
        let touch = Touch { task: TASK, by: caller, at: now(), expected_version: None };
        assert_eq!(fixture.committed.all()[0].write, TaskWrite::RemoveReader(MIA, touch));
    }
    let fixture = TasksFixture::default();
    for (caller, reader, expected) in [
        (MIA, MIA, Failure::PermissionDenied),
        (MIA, BOB, Failure::PermissionDenied),
        (STRANGER, MIA, Failure::NotFound),
        (ANN, BOB, Failure::ReaderInvolved),
        (BOB, ZOE, Failure::ReaderInvolved),
        (ZOE, EVE, Failure::ReaderInvolved),
    ] {
        assert_eq!(remove(&fixture, caller, reader).await, Err(expected));
    }
    assert!(fixture.committed.is_empty());
}
