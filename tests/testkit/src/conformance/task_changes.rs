//! Changes of existing tasks.

use crate::commit::Commit;
use leopard_core::Failure;
use leopard_core::domain::change::{TaskChange, TaskStored, TaskWrite};
use leopard_core::domain::id::{TaskId, UserId};
use leopard_core::domain::notification::{MetaInfo, NewNotification, Subject};
use leopard_core::domain::task::mention::Mention;
use leopard_core::domain::task::{
    Comment, LinkedEntity, MentionEffect, NewComment, NewTask, Priority, Status, Tags, Task,
};
use leopard_core::domain::text::Text;
use tokio::task::JoinSet;

use crate::Backend;
use crate::fixtures::{at, list_inbox, new_notification, new_task, users, whole_inbox};

/// Concurrent changes.
const WRITERS: usize = 10;

pub(super) async fn commit(backend: &Backend, write: TaskWrite) -> Result<TaskStored, Failure> {
    let change = TaskChange { write, notifications: vec![] };
    backend.tasks.store(change).await
}

pub(super) async fn stored(backend: &Backend, owner: UserId) -> Task {
    let tags = vec!["old".to_owned(), "older".to_owned()];
    let insert = NewTask { tags: Tags::new(tags).expect("tags"), ..new_task(owner, "Existing") };
    let stored = commit(backend, TaskWrite::Insert(insert)).await;
    stored.expect("a task").task
}

pub(super) async fn found(backend: &Backend, id: TaskId) -> Option<Task> {
    backend.tasks.find(id).await.expect("an answer")
}

/// The task with a new title.
fn titled(task: &Task, title: &str) -> Box<Task> {
    Box::new(Task { title: title.to_owned(), ..task.clone() })
}

pub(super) fn comment(author: UserId, text: &str, mentioned: &[UserId]) -> NewComment {
    let text = Text::new(text.to_owned()).expect("a text");
    let mentions = (0..).zip(mentioned).map(|(place, user)| Mention {
        user: *user,
        start: place * 10,
        end: place * 10 + 4,
    });
    let effect = MentionEffect::Invite;
    NewComment::new(author, text, mentions.collect(), effect, at(9)).expect("a comment")
}

pub async fn update_stores_everything_and_raises_the_version(backend: &Backend) {
    let [ana, bob] = users(backend, ["ana", "bob"]).await;
    let task = stored(backend, ana).await;
    let next = Task {
        title: "Other \u{1F406}".to_owned(),
        detail: "Else".to_owned(),
        priority: Priority::Urgent,
        status: Status::Completed,
        due_date: Some(at(77)),
        assigned_to: None,
        assigned_by: bob,
        updated_by: bob,
        tags: Tags::new(vec!["new".to_owned()]).expect("tags"),
        linked_entity: Some(LinkedEntity { kind: "client".to_owned(), id: 7 }),
        completed_at: Some(at(5)),
        updated_at: at(6),
        ..task.clone()
    };
    let write = TaskWrite::Update(Box::new(next.clone()));
    let updated = commit(backend, write).await.expect("a task").task;
    assert_eq!(updated, next.into_next_version());
    assert_eq!(updated.version, task.version + 1);
    assert_eq!(found(backend, task.id).await, Some(updated));
}

pub async fn outdated_update_is_a_conflict_and_notifies_no_one(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let task = stored(backend, ana).await;
    let update = |title| TaskWrite::Update(titled(&task, title));
    let first = commit(backend, update("First")).await.expect("a task").task;
    let late =
        TaskChange { write: update("Late"), notifications: vec![new_notification(ana, "Late")] };
    assert_eq!(backend.tasks.store(late).await, Err(Failure::Conflict));
    let late = commit(backend, TaskWrite::Delete(Box::new(task.clone()))).await;
    assert_eq!(late, Err(Failure::Conflict));
    assert_eq!(found(backend, task.id).await, Some(first));
    assert!(list_inbox(backend, whole_inbox(ana)).await.is_empty());
}

pub async fn concurrent_updates_of_one_version_succeed_once(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let task = stored(backend, ana).await;
    let mut calls = JoinSet::new();
    for number in 0..WRITERS {
        let tasks = backend.tasks.clone();
        let change = TaskChange {
            write: TaskWrite::Update(titled(&task, &format!("By {number}"))),
            notifications: vec![new_notification(ana, "Changed")],
        };
        calls.spawn(async move { tasks.store(change).await });
    }
    let outcomes = calls.join_all().await;
    let stored = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let late = outcomes.iter().filter(|it| **it == Err(Failure::Conflict));
    assert_eq!((stored, late.count()), (1, WRITERS - 1));
    assert_eq!(list_inbox(backend, whole_inbox(ana)).await.len(), 1);
}

pub async fn comments_keep_order_and_mentions(backend: &Backend) {
    let [ana, bob, eve] = users(backend, ["ana", "bob", "eve"]).await;
    let task = stored(backend, ana).await;
    let added = [
        comment(ana, "@bob and @eve: \u{1F406}", &[bob, eve]),
        comment(bob, " no mention \r\n", &[]),
        comment(eve, "@bob and @bob", &[bob, bob]),
    ];
    let mut last = None;
    for comment in &added {
        let write = TaskWrite::Comment(task.id, comment.clone(), None);
        last = Some(commit(backend, write).await.expect("a task").task);
    }
    let last = last.expect("a task");
    let ids = last.comments.iter().map(|comment| comment.id);
    let expected: Vec<Comment> =
        (added.into_iter().zip(ids)).map(|(comment, id)| comment.into_comment(id)).collect();
    assert!(expected.is_sorted_by(|one, next| one.id < next.id));
    assert_eq!((&last.comments, last.comment_count), (&expected, 3));
    assert_eq!(last.version, task.version + 3);
    assert_eq!((last.updated_by, last.updated_at), (eve, at(9)));
    assert_eq!(found(backend, task.id).await, Some(last.clone()));
    // An update keeps them.
    let updated = commit(backend, TaskWrite::Update(titled(&last, "Other"))).await;
    assert_eq!(updated.expect("a task").task.comments, expected);
}

pub async fn concurrent_comments_are_all_stored(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let task = stored(backend, ana).await;
    let mut calls = JoinSet::new();
    for number in 0..WRITERS {
        let tasks = backend.tasks.clone();
        let added = comment(ana, &format!("comment {number}"), &[]);
        let change = TaskChange {
            write: TaskWrite::Comment(task.id, added, None),
            notifications: vec![new_notification(ana, &format!("notification {number}"))],
        };
        calls.spawn(async move { tasks.store(change).await.expect("a task") });
    }
    calls.join_all().await;
    let task = found(backend, task.id).await.expect("the task");
    let mut added: Vec<_> = task.comments.iter().map(|it| it.text.clone()).collect();
    added.sort_unstable();
    let expected: Vec<_> = (0..WRITERS).map(|number| format!("comment {number}")).collect();
    assert_eq!(added, expected);
    assert_eq!(list_inbox(backend, whole_inbox(ana)).await.len(), WRITERS);
}

pub async fn comment_can_require_a_version(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let task = stored(backend, ana).await;
    let add = |text, version| {
        let change = TaskChange {
            write: TaskWrite::Comment(task.id, comment(ana, text, &[]), Some(version)),
            notifications: vec![new_notification(ana, text)],
        };
        backend.tasks.store(change)
    };
    let added = add("First", task.version).await.expect("a task").task;
    assert_eq!(add("Late", task.version).await, Err(Failure::Conflict));
    assert_eq!(add("Early", added.version + 1).await, Err(Failure::Conflict));
    assert_eq!(found(backend, task.id).await, Some(added.clone()));
    assert_eq!(list_inbox(backend, whole_inbox(ana)).await.len(), 1);
    let added = add("Second", added.version).await.expect("a task").task;
    assert_eq!((added.comments.len(), added.version), (2, task.version + 2));
}

pub async fn mention_has_author_task_and_text(backend: &Backend) {
    let [ana, bob] = users(backend, ["ana", "bob"]).await;
    let task = stored(backend, ana).await;
    let meta_info = MetaInfo::Mention {
        task_id: task.id,
        comment_text: "@bob \u{1F406}".to_owned(),
        mentioned_by: ana,
    };
    let change = TaskChange {
        write: TaskWrite::Comment(task.id, comment(ana, "@bob \u{1F406}", &[bob]), None),
        notifications: vec![NewNotification {
            subject: Subject::Known(meta_info.clone()),
            ..new_notification(bob, "Mentioned")
        }],
    };
    backend.tasks.store(change).await.expect("a task");
    let inbox = list_inbox(backend, whole_inbox(bob)).await;
    assert_eq!(inbox[0].meta_info, meta_info);
}

pub async fn deleted_task_removes_comments_and_keeps_notifications(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let change =
        TaskChange::insert(new_task(ana, "Deleted"), vec![new_notification(ana, "Notification")]);
    let task = backend.tasks.store(change).await.expect("a task").task;
    let added = TaskWrite::Comment(task.id, comment(ana, "@ana", &[ana]), None);
    let task = commit(backend, added).await.expect("a task").task;
    let deleted = commit(backend, TaskWrite::Delete(Box::new(task.clone()))).await;
    assert_eq!(deleted.expect("the deleted task").task, task);
    assert_eq!(found(backend, task.id).await, None);
    assert_eq!(list_inbox(backend, whole_inbox(ana)).await.len(), 1);
    for write in [
        TaskWrite::Comment(task.id, comment(ana, "late", &[]), None),
        TaskWrite::Update(Box::new(task.clone())),
        TaskWrite::Delete(Box::new(task.clone())),
    ] {
        assert_eq!(commit(backend, write).await, Err(Failure::Conflict));
    }
    let next = stored(backend, ana).await;
    assert_ne!(next.id, task.id, "ids are not reused");
}
