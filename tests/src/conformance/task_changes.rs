//! Changes of tasks that stand.

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

use super::Backend;
use super::sample::{at, everything, listed, new_task, told, users};

/// How many speak at once.
const SPEAKERS: usize = 10;

pub(super) async fn commit(backend: &Backend, write: TaskWrite) -> Result<TaskStored, Failure> {
    let change = TaskChange { write, notifications: vec![] };
    backend.tasks.store(change).await
}

pub(super) async fn stored(backend: &Backend, owner: UserId) -> Task {
    let tags = vec!["old".to_owned(), "older".to_owned()];
    let insert = NewTask { tags: Tags::new(tags).expect("tags"), ..new_task(owner, "Stands") };
    let stored = commit(backend, TaskWrite::Insert(insert)).await;
    stored.expect("a task").task
}

pub(super) async fn found(backend: &Backend, id: TaskId) -> Option<Task> {
    backend.tasks.find(id).await.expect("an answer")
}

/// The task with another title.
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
        due_date: at(77),
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
    let late = TaskChange { write: update("Late"), notifications: vec![told(ana, "Late")] };
    assert_eq!(backend.tasks.store(late).await, Err(Failure::Conflict));
    let late = commit(backend, TaskWrite::Delete(Box::new(task.clone()))).await;
    assert_eq!(late, Err(Failure::Conflict));
    assert_eq!(found(backend, task.id).await, Some(first));
    assert!(listed(backend, everything(ana)).await.is_empty());
}

pub async fn concurrent_updates_of_one_version_succeed_once(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let task = stored(backend, ana).await;
    let mut asking = JoinSet::new();
    for number in 0..SPEAKERS {
        let tasks = backend.tasks.clone();
        let change = TaskChange {
            write: TaskWrite::Update(titled(&task, &format!("By {number}"))),
            notifications: vec![told(ana, "Changed")],
        };
        asking.spawn(async move { tasks.store(change).await });
    }
    let outcomes = asking.join_all().await;
    let stored = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let late = outcomes.iter().filter(|it| **it == Err(Failure::Conflict));
    assert_eq!((stored, late.count()), (1, SPEAKERS - 1));
    assert_eq!(listed(backend, everything(ana)).await.len(), 1);
}

pub async fn comments_keep_order_and_mentions(backend: &Backend) {
    let [ana, bob, eve] = users(backend, ["ana", "bob", "eve"]).await;
    let task = stored(backend, ana).await;
    let said = [
        comment(ana, "@bob and @eve: \u{1F406}", &[bob, eve]),
        comment(bob, " nobody \r\n", &[]),
        comment(eve, "@bob and @bob", &[bob, bob]),
    ];
    let mut last = None;
    for comment in &said {
        let write = TaskWrite::Comment(task.id, comment.clone(), None);
        last = Some(commit(backend, write).await.expect("a task").task);
    }
    let last = last.expect("a task");
    let ids = last.comments.iter().map(|comment| comment.id);
    let expected: Vec<Comment> =
        (said.into_iter().zip(ids)).map(|(comment, id)| comment.into_comment(id)).collect();
    assert!(expected.is_sorted_by(|one, next| one.id < next.id));
    assert_eq!((&last.comments, last.comment_count), (&expected, 3));
    assert_eq!(last.version, task.version + 3);
    assert_eq!((last.updated_by, last.updated_at), (eve, at(9)));
    assert_eq!(found(backend, task.id).await, Some(last.clone()));
    // An update leaves them where they are.
    let updated = commit(backend, TaskWrite::Update(titled(&last, "Other"))).await;
    assert_eq!(updated.expect("a task").task.comments, expected);
}

pub async fn concurrent_comments_are_all_stored(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let task = stored(backend, ana).await;
    let mut asking = JoinSet::new();
    for number in 0..SPEAKERS {
        let tasks = backend.tasks.clone();
        let said = comment(ana, &format!("said {number}"), &[]);
        let change = TaskChange {
            write: TaskWrite::Comment(task.id, said, None),
            notifications: vec![told(ana, &format!("told {number}"))],
        };
        asking.spawn(async move { tasks.store(change).await.expect("a task") });
    }
    asking.join_all().await;
    let task = found(backend, task.id).await.expect("the task");
    let mut said: Vec<_> = task.comments.iter().map(|it| it.text.clone()).collect();
    said.sort_unstable();
    let expected: Vec<_> = (0..SPEAKERS).map(|number| format!("said {number}")).collect();
    assert_eq!(said, expected);
    assert_eq!(listed(backend, everything(ana)).await.len(), SPEAKERS);
}

pub async fn comment_can_require_a_version(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let task = stored(backend, ana).await;
    let say = |text, version| {
        let change = TaskChange {
            write: TaskWrite::Comment(task.id, comment(ana, text, &[]), Some(version)),
            notifications: vec![told(ana, text)],
        };
        backend.tasks.store(change)
    };
    let said = say("First", task.version).await.expect("a task").task;
    assert_eq!(say("Late", task.version).await, Err(Failure::Conflict));
    assert_eq!(say("Early", said.version + 1).await, Err(Failure::Conflict));
    assert_eq!(found(backend, task.id).await, Some(said.clone()));
    assert_eq!(listed(backend, everything(ana)).await.len(), 1);
    let said = say("Second", said.version).await.expect("a task").task;
    assert_eq!((said.comments.len(), said.version), (2, task.version + 2));
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
            ..told(bob, "Mentioned")
        }],
    };
    backend.tasks.store(change).await.expect("a task");
    let told = listed(backend, everything(bob)).await;
    assert_eq!(told[0].meta_info, meta_info);
}

pub async fn deleted_task_removes_comments_and_keeps_notifications(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let change = TaskChange::insert(new_task(ana, "Gone"), vec![told(ana, "Told")]);
    let task = backend.tasks.store(change).await.expect("a task").task;
    let said = TaskWrite::Comment(task.id, comment(ana, "@ana", &[ana]), None);
    let task = commit(backend, said).await.expect("a task").task;
    let gone = commit(backend, TaskWrite::Delete(Box::new(task.clone()))).await;
    assert_eq!(gone.expect("what it was").task, task);
    assert_eq!(found(backend, task.id).await, None);
    assert_eq!(listed(backend, everything(ana)).await.len(), 1);
    for write in [
        TaskWrite::Comment(task.id, comment(ana, "late", &[]), None),
        TaskWrite::Update(Box::new(task.clone())),
        TaskWrite::Delete(Box::new(task.clone())),
    ] {
        assert_eq!(commit(backend, write).await, Err(Failure::Conflict));
    }
    let next = stored(backend, ana).await;
    assert_ne!(next.id, task.id, "no identity comes again");
}
