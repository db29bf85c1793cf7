//! Service users, and users of other systems.

use std::sync::Arc;

use leopard_core::Failure;
use leopard_core::domain::account::{
    ExternalId, NewUser, SearchTerms, User, UserEdit, UserKind, Username,
};
use leopard_core::domain::change::{Administrator, UserChange};
use leopard_core::domain::page::PageRequest;
use leopard_core::port::UserQuery;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::rights::{rights, staff};
use crate::Backend;
use crate::commit::Commit;
use crate::fixtures::{create_by_operator, edit, edit_by_operator, new_user, user};

async fn service(backend: &Backend, name: &str) -> User {
    let new = NewUser { kind: UserKind::Service, password: None, ..new_user(name) };
    backend.users.store(create_by_operator(new)).await.expect("a user")
}

fn external_id(text: &str) -> ExternalId {
    ExternalId::new(text.to_owned()).expect("an external id")
}

fn provisioned(name: &str, id: &str) -> NewUser {
    NewUser { external_id: Some(external_id(id)), password: None, ..new_user(name) }
}

fn renaming(name: &str) -> UserEdit {
    let username = Username::new(name.to_owned()).expect("a name");
    UserEdit { username: Some(username), ..UserEdit::default() }
}

/// The usernames of a list.
async fn listed(
    backend: &Backend,
    kind: Option<UserKind>,
    search: &str,
    include_inactive: bool,
) -> Vec<String> {
    let search = SearchTerms::parse(search).expect("terms");
    let query = UserQuery { search, kind, include_inactive, page: PageRequest::first(10) };
    let page = backend.users.list(query).await.expect("a page");
    assert_eq!(page.total, page.items.len() as u64);
    page.items.into_iter().map(|user| user.username).collect()
}

pub async fn service_is_listed_among_services_only(backend: &Backend) {
    let shop = service(backend, "shop").await;
    assert_eq!(shop.kind, UserKind::Service);
    service(backend, "store.back-end").await;
    user(backend, "sharon").await;
    let gone = service(backend, "shed").await;
    backend.users.store(UserChange::Deactivate(gone.id)).await.expect("a user");

    let (person, service) = (Some(UserKind::Person), Some(UserKind::Service));
    assert_eq!(listed(backend, person, "", true).await, ["sharon"]);
    assert_eq!(listed(backend, person, "sh", true).await, ["sharon"]);
    assert_eq!(listed(backend, service, "", false).await, ["shop", "store.back-end"]);
    assert_eq!(listed(backend, service, "", true).await, ["shop", "store.back-end", "shed"]);
    assert_eq!(listed(backend, service, "back", false).await, ["store.back-end"]);
    assert_eq!(listed(backend, service, "sh", false).await, ["shop"]);
    assert_eq!(listed(backend, service, "sh", true).await, ["shed", "shop"]);
    assert_eq!(listed(backend, None, "", true).await.len(), 4);
    assert_eq!(backend.users.find_many(vec![shop.id]).await, Ok(vec![shop]));
}

pub async fn service_is_no_last_administrator(backend: &Backend) {
    let ana = staff(backend, "ana").await;
    let shop = service(backend, "shop").await;
    edit(backend, shop.id, rights(None, Some(true))).await;
    let demotion = edit_by_operator(ana.id, rights(None, Some(false)));
    assert_eq!(backend.users.store(demotion).await, Err(Failure::Conflict));
    edit(backend, shop.id, rights(None, Some(false))).await;
}

pub async fn external_id_is_unique_and_found(backend: &Backend) {
    let ana = backend.users.store(create_by_operator(provisioned("ana", "crm/7 ä"))).await;
    let ana = ana.expect("a user");
    assert_eq!(ana.external_id.as_deref(), Some("crm/7 ä"));
    let same_id = create_by_operator(provisioned("bob", "crm/7 ä"));
    assert_eq!(backend.users.store(same_id).await, Err(Failure::Conflict));
    let same_name = create_by_operator(provisioned("ana", "crm/8"));
    assert_eq!(backend.users.store(same_name).await, Err(Failure::Conflict));
    // Users without one do not collide.
    user(backend, "cid").await;
    user(backend, "dan").await;

    let ids = ["crm/7 ä", "CRM/7 ä", "", "crm/8", "crm/7 ä"].map(str::to_owned).to_vec();
    assert_eq!(backend.users.find_external(ids).await, Ok(vec![ana]));
}

pub async fn user_without_a_password_is_stored(backend: &Backend) {
    let new = NewUser { is_active: false, ..provisioned("ana", "7") };
    let ana = backend.users.store(create_by_operator(new)).await.expect("a user");
    assert!(!ana.is_active);
    let known = backend.users.find_credentials("ana".to_owned()).await.expect("a result");
    let known = known.expect("credentials");
    assert_eq!((known.user, known.password), (ana, None));
}

pub async fn taken_username_is_a_conflict_for_an_edit(backend: &Backend) {
    user(backend, "ana").await;
    let bob = user(backend, "bob").await;
    let taken = backend.users.store(edit_by_operator(bob.id, renaming("ana"))).await;
    assert_eq!(taken, Err(Failure::Conflict));
    let own = edit(backend, bob.id, renaming("bob")).await;
    assert_eq!(own, bob);
    assert_eq!(edit(backend, bob.id, renaming("bert")).await.username, "bert");
    let person = Some(UserKind::Person);
    assert_eq!(listed(backend, person, "bert", false).await, ["bert"]);
    assert!(listed(backend, person, "bob", false).await.is_empty());
}

pub async fn program_changes_neither_staff_nor_services(backend: &Backend) {
    let shop = service(backend, "shop").await;
    let other = service(backend, "other").await;
    let (ana, bob) = (staff(backend, "ana").await, user(backend, "bob").await);
    let by = Administrator::Program(shop.id);
    let store = async |change| backend.users.store(change).await.map(drop);
    let rename = |user: &User| UserChange::Edit { user: user.id, edit: renaming("zoe"), by };
    assert_eq!(store(rename(&ana)).await, Err(Failure::PermissionDenied));
    assert_eq!(store(rename(&other)).await, Err(Failure::PermissionDenied));
    assert_eq!(store(rename(&bob)).await, Ok(()));
    let create = |name| UserChange::Create { user: provisioned(name, name), by };
    assert_eq!(store(create("cid")).await, Ok(()));

    edit(backend, shop.id, rights(Some(false), None)).await;
    assert_eq!(store(rename(&bob)).await, Err(Failure::PermissionDenied));
    assert_eq!(store(create("dan")).await, Err(Failure::PermissionDenied));
}

pub async fn concurrent_creations_with_one_external_id_succeed_once(backend: &Backend) {
    let barrier = Arc::new(Barrier::new(6));
    let mut creations = JoinSet::new();
    for number in 0..6 {
        let (users, barrier) = (backend.users.clone(), barrier.clone());
        creations.spawn(async move {
            barrier.wait().await;
            let new = provisioned(&format!("user{number}"), "7");
            users.store(create_by_operator(new)).await
        });
    }
    let outcomes = creations.join_all().await;
    let refused: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    assert_eq!(refused, [&Failure::Conflict; 5]);
}
