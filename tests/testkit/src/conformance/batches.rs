//! Concurrent changes, some of which are refused: a store may commit them together, but each gets its own result.

use std::sync::Arc;

use leopard_core::Failure;
use leopard_core::domain::account::Session;
use leopard_core::domain::change::{SessionChange, TaskChange, TaskWrite};
use leopard_core::domain::id::{SessionId, UserId};
use leopard_core::domain::notification::LogEntry;
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::task::{NewTask, Tags, TaskScope};
use leopard_core::port::TaskQuery;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::sessions::{record, token};
use crate::Backend;
use crate::commit::Commit;
use crate::fixtures::{
    all_users, at, create_by_operator, new_task, new_user, task_notifying, users,
};

/// Concurrent requests of each kind, and how often they are repeated.
const OF_EACH: usize = 8;
const ROUNDS: usize = 4;

/// A request to the store.
#[derive(Debug, Clone)]
enum Request {
    /// A task with notifications for two users; succeeds.
    Task,
    /// A user with this name; succeeds.
    NewName(String),
    /// A user whose name is taken.
    TakenName,
    /// The next token of a valid login; succeeds.
    Token(SessionId),
    /// The next token of a session for a spent one.
    SpentToken,
    /// A task that notifies two users and an unknown one: the error comes after the first writes.
    TaskForUnknownUser,
}

impl Request {
    fn expects(&self, result: &Result<(), Failure>) -> bool {
        match self {
            Self::Task | Self::NewName(_) | Self::Token(_) => result.is_ok(),
            Self::TakenName | Self::SpentToken => *result == Err(Failure::Conflict),
            Self::TaskForUnknownUser => matches!(result, Err(Failure::Internal(_))),
        }
    }
}

fn login(round: usize, number: usize) -> SessionId {
    SessionId(format!("login {round} {number}"))
}

async fn open(backend: &Backend, user: UserId, id: SessionId) {
    let session = Session { id, ..record(user, "any") };
    let change = SessionChange::Open { session, tokens_valid_from: at(0) };
    backend.sessions.commit(change).await.expect("a login");
}

fn spend(session: SessionId, spent: &str, next: &str) -> SessionChange {
    SessionChange::Rotate {
        session,
        spent: token(spent),
        next: token(next),
        expires_at: at(90_000),
        at: at(5),
    }
}

/// Sends all requests at the same moment, and returns the result of each.
async fn send(
    backend: &Backend,
    readers: [UserId; 2],
    requests: Vec<Request>,
) -> Vec<(Request, Result<(), Failure>)> {
    let barrier = Arc::new(Barrier::new(requests.len()));
    let mut calls = JoinSet::new();
    for request in requests {
        let barrier = barrier.clone();
        let (users, sessions) = (backend.users.clone(), backend.sessions.clone());
        let tasks = backend.tasks.clone();
        calls.spawn(async move {
            barrier.wait().await;
            let create = |name: &str| users.store(create_by_operator(new_user(name)));
            let result = match &request {
                Request::Task => tasks.store(task_notifying(&readers)).await.map(drop),
                Request::TaskForUnknownUser => {
                    let [ana, bob] = readers;
                    let change = task_notifying(&[ana, bob, UserId(i64::MAX)]);
                    tasks.store(change).await.map(drop)
                }
                Request::NewName(name) => create(name).await.map(drop),
                Request::TakenName => create("ana").await.map(drop),
                Request::Token(login) => {
                    sessions.commit(spend(login.clone(), "first", "next")).await
                }
                Request::SpentToken => {
                    let late = spend(SessionId("spent".to_owned()), "first", "late");
                    sessions.commit(late).await
                }
            };
            (request, result)
        });
    }
    calls.join_all().await
}

pub async fn refused_change_does_not_fail_its_batch(backend: &Backend) {
    let readers = users(backend, ["ana", "bob"]).await;
    let spent = SessionId("spent".to_owned());
    open(backend, readers[0], spent.clone()).await;
    let first = backend.sessions.commit(spend(spent.clone(), "first", "second"));
    assert_eq!(first.await, Ok(()));

    for round in 0..ROUNDS {
        let mut requests = vec![];
        for number in 0..OF_EACH {
            let login = login(round, number);
            open(backend, readers[1], login.clone()).await;
            let name = format!("new{round}.{number}");
            let mut new = [
                Request::Task,
                Request::TakenName,
                Request::NewName(name),
                Request::SpentToken,
                Request::Token(login),
                Request::TaskForUnknownUser,
            ];
            // Refused requests are first, in the middle and last.
            new.rotate_left(number % 6);
            requests.extend(new);
        }
        for (request, result) in send(backend, readers, requests).await {
            assert!(request.expects(&result), "{request:?}: {result:?}");
        }
    }
    check_logins(backend, spent).await;
    check_users(backend).await;
    check_mailboxes(backend, readers).await;
}

async fn check_logins(backend: &Backend, spent: SessionId) {
    let rounds = (0..ROUNDS).flat_map(|round| (0..OF_EACH).map(move |it| login(round, it)));
    let found = backend.sessions.find_many(rounds.collect()).await;
    let found = found.expect("logins");
    assert_eq!(found.len(), ROUNDS * OF_EACH);
    assert!(found.iter().all(|it| it.refresh == token("next")));
    let found = backend.sessions.find_many(vec![spent]).await;
    assert_eq!(found.expect("logins")[0].refresh, token("second"));
}

async fn check_users(backend: &Backend) {
    let page = backend.users.list(all_users()).await;
    let page = page.expect("users");
    let mut names: Vec<_> = page.items.iter().map(|user| user.username.clone()).collect();
    names.sort_unstable();
    let new = (0..ROUNDS).flat_map(|round| (0..OF_EACH).map(move |it| format!("new{round}.{it}")));
    let mut expected: Vec<_> = new.chain(["ana".to_owned(), "bob".to_owned()]).collect();
    expected.sort_unstable();
    assert_eq!(names, expected);
}

async fn check_mailboxes(backend: &Backend, readers: [UserId; 2]) {
    let everything = TaskQuery::all_of(UserId(0), TaskScope::Everyone, PageRequest::first(1));
    let stored = backend.tasks.list(everything).await.expect("tasks").total;
    assert_eq!(stored, (ROUNDS * OF_EACH) as u64);
    for reader in readers {
        let log = backend.notifications.log_after(reader, 0, u32::MAX).await;
        let log = log.expect("the log");
        let sequences: Vec<i64> = log.iter().map(LogEntry::sequence).collect();
        let expected: Vec<i64> = (1..).take(ROUNDS * OF_EACH).collect();
        assert_eq!(sequences, expected);
        let mailboxes = backend.notifications.mailboxes(vec![reader]).await;
        let mailbox = mailboxes.expect("mailboxes")[0];
        let all = stored.cast_signed();
        assert_eq!((mailbox.head, mailbox.unread), (all, all));
    }
}

/// A new task with a title, a tag and notifications of its own.
fn own_change(number: usize, readers: [UserId; 2]) -> TaskChange {
    let title = format!("Task {number}");
    let mut notifications = task_notifying(&readers[..=number % 2]).notifications;
    for notification in &mut notifications {
        notification.title.clone_from(&title);
    }
    let insert = NewTask {
        tags: Tags::new(vec![title.clone()]).expect("a tag"),
        ..new_task(readers[0], &title)
    };
    TaskChange::insert(insert, notifications)
}

pub async fn batched_changes_get_their_own_results(backend: &Backend) {
    let readers = users(backend, ["ana", "bob"]).await;
    let count = OF_EACH * ROUNDS;
    let barrier = Arc::new(Barrier::new(count));
    let mut calls = JoinSet::new();
    for number in 0..count {
        let (barrier, tasks) = (barrier.clone(), backend.tasks.clone());
        calls.spawn(async move {
            let change = own_change(number, readers);
            barrier.wait().await;
            let stored = tasks.store(change.clone()).await.expect("a task");
            (change, stored)
        });
    }
    while let Some(done) = calls.join_next().await {
        let (change, stored) = done.expect("a result");
        let id = stored.task.id;
        let TaskWrite::Insert(insert) = change.write else { panic!("{:?}", change.write) };
        assert_eq!(stored.task, insert.into_task(id));
        assert_eq!(backend.tasks.find(id).await, Ok(Some(stored.task.clone())));
        assert_eq!(stored.notifications.len(), change.notifications.len());
        for (stored_one, new) in stored.notifications.iter().zip(change.notifications) {
            assert_eq!((stored_one.recipient, &stored_one.title), (new.recipient, &new.title));
            assert_eq!(stored_one.meta_info, new.subject.resolve(id));
            let found = backend.notifications.find(stored_one.recipient, stored_one.id).await;
            assert_eq!(found, Ok(Some(stored_one.clone())));
        }
    }
}
