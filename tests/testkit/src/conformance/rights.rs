//! Administrators, while their rights change.

use std::sync::Arc;

use crate::commit::Commit;
use leopard_core::Failure;
use leopard_core::domain::account::{NewUser, User, UserEdit};
use leopard_core::domain::change::{Administrator, UserChange};
use leopard_core::domain::id::UserId;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::Backend;
use crate::fixtures::{create_by_operator, edit, edit_by_operator, new_user, user};

pub(super) fn rights(is_active: Option<bool>, is_staff: Option<bool>) -> UserEdit {
    UserEdit { is_active, is_staff, ..UserEdit::default() }
}

pub(super) async fn staff(backend: &Backend, name: &str) -> User {
    let new = NewUser { is_staff: true, ..new_user(name) };
    let created = backend.users.store(create_by_operator(new)).await;
    created.expect("a user")
}

pub async fn last_staff_user_keeps_rights(backend: &Backend) {
    let (ana, bob) = (staff(backend, "ana").await, staff(backend, "bob").await);
    user(backend, "eve").await;
    edit(backend, bob.id, rights(Some(false), None)).await;
    for (is_active, is_staff) in [(Some(false), None), (None, Some(false))] {
        let change = edit_by_operator(ana.id, rights(is_active, is_staff));
        let refused = backend.users.store(change).await;
        assert_eq!(refused, Err(Failure::Conflict));
    }
    let known = backend.users.find_many(vec![ana.id]).await;
    assert_eq!(known, Ok(vec![ana.clone()]));
    edit(backend, bob.id, rights(Some(true), None)).await;
    edit(backend, ana.id, rights(None, Some(false))).await;
}

pub async fn mutual_demotion_keeps_one_staff_user(backend: &Backend) {
    for round in 0..4 {
        let mut staff_ids = vec![];
        for number in 0..6 {
            let name = format!("staff{round}.{number}");
            staff_ids.push(staff(backend, &name).await.id);
        }
        let mut edits = JoinSet::new();
        for user in staff_ids.clone() {
            let users = backend.users.clone();
            let edit = rights(None, Some(false));
            edits.spawn(async move { users.store(edit_by_operator(user, edit)).await });
        }
        let answers = edits.join_all().await;
        let refused: Vec<_> = answers.into_iter().filter_map(Result::err).collect();
        assert_eq!(refused, [Failure::Conflict]);
        let known = backend.users.find_many(staff_ids).await.expect("users");
        let left: Vec<_> = known.iter().filter(|user| user.is_staff).collect();
        assert_eq!(left.len(), 1);
        // The next round has its own staff.
        let deactivate = UserChange::Deactivate(left[0].id);
        backend.users.store(deactivate).await.expect("a user");
    }
}

pub async fn demoted_staff_cannot_change_users(backend: &Backend) {
    let (ana, bob) = (staff(backend, "ana").await, staff(backend, "bob").await);
    let eve = user(backend, "eve").await;
    edit(backend, bob.id, rights(Some(false), None)).await;
    for (number, by) in [bob.id, eve.id, UserId(404)].into_iter().enumerate() {
        let by = Administrator::Staff(by);
        let user = new_user(&format!("new{number}"));
        let edit = rights(None, Some(true));
        let changes = [
            UserChange::Create { user, by },
            UserChange::Edit { user: eve.id, edit, by },
            UserChange::Edit { user: UserId(405), edit: rights(Some(true), None), by },
        ];
        for change in changes {
            let refused = backend.users.store(change).await;
            assert_eq!(refused, Err(Failure::PermissionDenied));
        }
    }
    let known = backend.users.find_many(vec![eve.id]).await;
    assert_eq!(known, Ok(vec![eve.clone()]));
    let missing = backend.users.find_named(vec!["new0".to_owned()]).await;
    assert_eq!(missing, Ok(vec![]));

    let by = Administrator::Staff(ana.id);
    let user = new_user("zoe");
    let created = backend.users.store(UserChange::Create { user, by }).await;
    assert_eq!(created.expect("a user").username, "zoe");
    let edit = rights(None, Some(true));
    let user = eve.id;
    let raised = backend.users.store(UserChange::Edit { user, edit, by }).await;
    assert!(raised.expect("a user").is_staff);
}

pub async fn deactivated_staff_cannot_reactivate_themselves(backend: &Backend) {
    let by = Administrator::Staff(staff(backend, "ana").await.id);
    for round in 0..8 {
        let bob = staff(backend, &format!("bob{round}")).await.id;
        let barrier = Arc::new(Barrier::new(5));
        let mut reactivations = JoinSet::new();
        for _ in 0..4 {
            let (users, barrier) = (backend.users.clone(), barrier.clone());
            reactivations.spawn(async move {
                barrier.wait().await;
                let by = Administrator::Staff(bob);
                let edit = rights(Some(true), Some(true));
                users.store(UserChange::Edit { user: bob, edit, by }).await
            });
        }
        barrier.wait().await;
        let edit = rights(Some(false), Some(false));
        let deactivate = UserChange::Edit { user: bob, edit, by };
        assert!(backend.users.store(deactivate).await.is_ok());
        for answer in reactivations.join_all().await {
            let refused = answer == Err(Failure::PermissionDenied);
            assert!(answer.is_ok() || refused, "{answer:?}");
        }
        let known = backend.users.find_many(vec![bob]).await.expect("users");
        assert!(!known[0].is_active && !known[0].is_staff);
    }
}

pub async fn concurrent_edits_of_staff_all_complete(backend: &Backend) {
    let (ana, bob) = (staff(backend, "ana").await, staff(backend, "bob").await);
    let mut edits = JoinSet::new();
    for _ in 0..16 {
        for (by, user) in [(ana.id, bob.id), (bob.id, ana.id)] {
            let users = backend.users.clone();
            let by = Administrator::Staff(by);
            let edit = rights(Some(true), None);
            edits.spawn(async move { users.store(UserChange::Edit { user, edit, by }).await });
        }
    }
    for answer in edits.join_all().await {
        assert!(answer.is_ok(), "{answer:?}");
    }
}
