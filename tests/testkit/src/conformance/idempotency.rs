//! Retried requests with an idempotency key.

use crate::commit::Commit;
use chrono::{DateTime, TimeDelta, Utc};
use leopard_core::Failure;
use leopard_core::domain::change::{TaskChange, TaskStored, TaskWrite};
use leopard_core::domain::id::{TaskId, UserId};
use leopard_core::domain::idempotency::{
    Committed, CreatedIds, Fingerprint, IdempotencyKey, KeyName, KeyScope, Operation, Outcome,
};
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::task::{MentionEffect, NewComment, TaskScope};
use leopard_core::domain::text::Text;
use leopard_core::port::TaskQuery;
use tokio::task::JoinSet;

use crate::Backend;
use crate::fixtures::{
    all_users, at, create_by_operator, list_inbox, new_user, task_notifying, users, whole_inbox,
};

/// The key of a request of this user with this body.
pub(super) fn key(user: UserId, operation: Operation, name: &str, body: &str) -> IdempotencyKey {
    let scope = KeyScope { user, operation, name: KeyName::new(name.to_owned()).expect("a name") };
    IdempotencyKey { scope, fingerprint: Fingerprint(format!("hash of {body}")), at: at(1) }
}

/// A task of this user, by a request with this body at this time.
fn task(user: UserId, body: &str, at: DateTime<Utc>) -> (TaskChange, IdempotencyKey) {
    let key = IdempotencyKey { at, ..key(user, Operation::CreateTask, "k", body) };
    (task_notifying(&[user]), key)
}

/// The id of the created task.
fn created(committed: Result<Committed<TaskStored>, Failure>) -> TaskId {
    match committed {
        Ok(Outcome::Created(stored)) => stored.task.id,
        other => panic!("{other:?}"),
    }
}

fn replayed<T>(id: i64) -> Committed<T> {
    Outcome::Replayed(CreatedIds(vec![id]))
}

/// The number of all tasks, and of the notifications of this user.
async fn count(backend: &Backend, user: UserId) -> (u64, usize) {
    let page = PageRequest::first(1);
    let query = TaskQuery::all_of(UserId(0), TaskScope::Everyone, page);
    let tasks = backend.tasks.list(query).await.expect("a page").total;
    (tasks, list_inbox(backend, whole_inbox(user)).await.len())
}

pub async fn same_request_is_stored_once(backend: &Backend) {
    let [ana, bob] = users(backend, ["ana", "bob"]).await;
    let first = task(ana, "one", at(1));
    assert_eq!(backend.idempotency.find(first.1.scope.clone()).await, Ok(None));
    let id = created(backend.tasks.store_once(first.clone()).await);
    let again = backend.tasks.store_once(task(ana, "one", at(2))).await;
    assert_eq!(again, Ok(replayed(id.0)));
    assert_eq!(count(backend, ana).await, (1, 1));

    let found = backend.idempotency.find(first.1.scope.clone()).await;
    let known = found.expect("an answer").expect("a stored result");
    assert_eq!(known.created_ids, CreatedIds(vec![id.0]));
    assert_eq!((known.fingerprint, known.at), (first.1.fingerprint, at(1)));

    let others = created(backend.tasks.store_once(task(bob, "one", at(2))).await);
    assert_ne!(others, id, "each user has own keys");
}

pub async fn other_request_with_the_same_key_is_refused(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let id = created(backend.tasks.store_once(task(ana, "one", at(1))).await);
    let other = backend.tasks.store_once(task(ana, "other", at(2))).await;
    assert_eq!(other, Err(Failure::IdempotencyKeyReused));
    assert_eq!(count(backend, ana).await, (1, 1));
    let again = backend.tasks.store_once(task(ana, "one", at(3))).await;
    assert_eq!(again, Ok(replayed(id.0)));
}

pub async fn idempotency_key_is_kept_for_a_day(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let first = created(backend.tasks.store_once(task(ana, "one", at(0))).await);
    let day = at(0) + IdempotencyKey::LIFETIME;
    let microsecond = TimeDelta::microseconds(1);
    let in_time = backend.tasks.store_once(task(ana, "one", day - microsecond)).await;
    assert_eq!(in_time, Ok(replayed(first.0)));
    let second = created(backend.tasks.store_once(task(ana, "other", day)).await);
    assert_ne!(second, first);
    let again = backend.tasks.store_once(task(ana, "other", day)).await;
    assert_eq!(again, Ok(replayed(second.0)));
    assert_eq!(count(backend, ana).await, (2, 2));
}

pub async fn refused_request_stores_no_key(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let (_, first) = task(ana, "one", at(1));
    let bad = (task_notifying(&[ana, UserId(404)]), first);
    let refused = backend.tasks.store_once(bad).await;
    assert!(matches!(refused, Err(Failure::Internal(_))), "{refused:?}");
    assert_eq!(count(backend, ana).await, (0, 0));
    created(backend.tasks.store_once(task(ana, "other", at(2))).await);

    let taken = |name: &str, body: &str| {
        let key = key(ana, Operation::CreateUser, "k", body);
        (create_by_operator(new_user(name)), key)
    };
    let refused = backend.users.store_once(taken("ana", "one")).await;
    assert_eq!(refused, Err(Failure::Conflict));
    let good = backend.users.store_once(taken("bob", "other")).await;
    let Ok(Outcome::Created(bob)) = good else { panic!("{good:?}") };
    let again = backend.users.store_once(taken("bob", "other")).await;
    assert_eq!(again, Ok(replayed(bob.id.0)));
    assert_eq!(backend.users.list(all_users()).await.expect("a page").total, 2);
}

pub async fn comment_with_key_is_added_once(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let id = created(backend.tasks.store_once(task(ana, "one", at(1))).await);
    let text = Text::new("Once.".to_owned()).expect("a text");
    let comment = NewComment::new(ana, text, vec![], MentionEffect::Invite, at(2));
    let comment = comment.expect("a comment");
    let add = || {
        let change = TaskChange {
            write: TaskWrite::Comment(id, comment.clone(), None),
            notifications: vec![],
        };
        let key = key(ana, Operation::Comment(id), "k", "comment");
        backend.tasks.store_once((change, key))
    };
    assert_eq!(created(add().await), id);
    let task = backend.tasks.find(id).await.expect("an answer");
    let comments = task.expect("a task").comments.clone();
    assert_eq!(comments.len(), 1);
    let both = CreatedIds(vec![id.0, comments[0].id.0]);
    assert_eq!(both.comment(), Some(comments[0].id));
    assert_eq!(add().await, Ok(Outcome::Replayed(both)));
    let task = backend.tasks.find(id).await.expect("an answer");
    assert_eq!(task.expect("a task").comments, comments);
}

pub async fn concurrent_requests_with_one_key_are_stored_once(backend: &Backend) {
    const MANY: usize = 20;
    let [ana] = users(backend, ["ana"]).await;
    for round in 1..=5 {
        let mut calls = JoinSet::new();
        for _ in 0..MANY {
            let tasks = backend.tasks.clone();
            let mut same = task(ana, "one", at(1));
            same.1.scope.name = KeyName::new(format!("round {round}")).expect("a name");
            calls.spawn(async move { tasks.store_once(same).await });
        }
        let answers = calls.join_all().await;
        let stored = |answer: &&_| matches!(answer, Ok(Outcome::Created(_)));
        let first = answers.iter().find(stored).expect("one is done").clone();
        let first = created(first);
        let others = answers.iter().filter(|it| **it == Ok(replayed(first.0)));
        assert_eq!(others.count(), MANY - 1, "{answers:?}");
        assert_eq!(count(backend, ana).await, (round, usize::try_from(round).unwrap_or(0)));
    }
}

pub async fn oldest_keys_are_deleted_first(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let mut scopes = vec![];
    for second in [3, 1, 4, 2] {
        let mut request = task(ana, "one", at(second));
        request.1.scope.name = KeyName::new(second.to_string()).expect("a name");
        scopes.push(request.1.scope.clone());
        created(backend.tasks.store_once(request).await);
    }
    let kept = async || {
        let mut kept = vec![];
        for scope in &scopes {
            let found = backend.idempotency.find(scope.clone()).await.expect("an answer");
            kept.extend(found.map(|_| scope.name.as_str()));
        }
        kept.join(" ")
    };
    assert_eq!(backend.idempotency.purge(at(0), 10).await, Ok(0));
    assert_eq!(backend.idempotency.purge(at(3), 2).await, Ok(2));
    assert_eq!(kept().await, "3 4");
    assert_eq!(backend.idempotency.purge(at(3), 2).await, Ok(1));
    assert_eq!(kept().await, "4");
    assert_eq!(count(backend, ana).await, (4, 4), "the tasks stay");
}
