//! The comments of tasks, and the read access that mentions grant.

use leopard_core::Failure;
use leopard_core::domain::change::{TaskWrite, Touch};
use leopard_core::domain::id::{CommentId, TaskId, UserId};
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::task::{Comment, MentionEffect, NewComment, Task, TaskScope};
use leopard_core::domain::text::Text;
use leopard_core::port::{GrantQuery, TaskQuery};

use super::task_changes::{comment, commit, found, stored};
use crate::Backend;
use crate::fixtures::{at, users};

async fn add(backend: &Backend, task: TaskId, new: NewComment) -> CommentId {
    let added = commit(backend, TaskWrite::Comment(task, new, None)).await;
    added.expect("a task").comment.expect("a comment")
}

fn touch(task: &Task, by: UserId) -> Touch {
    Touch { task: task.id, by, at: at(20), expected_version: None }
}

/// The users that mentions grant read access to the task.
async fn granted(backend: &Backend, task: TaskId) -> Vec<UserId> {
    let query = GrantQuery { task, except: vec![], skip: 0, limit: 100 };
    let (count, users) = backend.tasks.granted_users(query).await.expect("users");
    assert_eq!(count, users.len() as u64);
    for user in &users {
        let found = backend.tasks.granted(task, vec![*user]).await;
        assert_eq!(found, Ok(vec![*user]));
    }
    users
}

pub async fn task_has_the_newest_twenty_comments_and_lists_have_none(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let task = stored(backend, ana).await;
    let other = stored(backend, ana).await;
    let mut ids = vec![];
    for number in 0..25 {
        let text = format!("comment {number}");
        ids.push(add(backend, task.id, comment(ana, &text, &[ana])).await);
        add(backend, other.id, comment(ana, "of another task", &[])).await;
    }
    let read = found(backend, task.id).await.expect("a task");
    let shown: Vec<_> = read.comments.iter().map(|it| it.id).collect();
    assert_eq!((shown, read.comment_count), (ids[5..].to_vec(), 25));
    assert!(read.comments.iter().all(|it| it.mentions.len() == 1));

    let page = PageRequest::first(10);
    let query = TaskQuery::all_of(ana, TaskScope::Everyone, page);
    let listed = backend.tasks.list(query).await.expect("a page").items;
    let listed: Vec<_> =
        listed.iter().map(|task| (task.comment_count, task.comments.len())).collect();
    assert_eq!(listed, [(25, 0); 2]);
}

pub async fn comments_are_paged_newest_first(backend: &Backend) {
    let [ana, bob] = users(backend, ["ana", "bob"]).await;
    let task = stored(backend, ana).await;
    let mut all: Vec<Comment> = vec![];
    for number in 0..5 {
        let new = comment(ana, &format!("comment {number}"), &[bob, ana]);
        let id = add(backend, task.id, new.clone()).await;
        all.insert(0, new.into_comment(id));
    }
    for (number, expected) in [(1, &all[..2]), (2, &all[2..4]), (3, &all[4..]), (4, &[])] {
        let request = PageRequest::new(number, 2).expect("a page");
        let page = backend.tasks.comments(task.id, request).await;
        let page = page.expect("a page");
        assert_eq!((page.total, &page.items[..]), (5, expected));
    }
    let other = stored(backend, ana).await;
    let one = &all[0];
    assert_eq!(backend.tasks.comment(task.id, one.id).await, Ok(Some(one.clone())));
    assert_eq!(backend.tasks.comment(other.id, one.id).await, Ok(None));
    let none = backend.tasks.comments(other.id, PageRequest::first(2)).await;
    assert_eq!(none.expect("a page").total, 0);
}

pub async fn deleted_comment_removes_grants_and_its_id_is_not_reused(backend: &Backend) {
    let [ana, bob, eve] = users(backend, ["ana", "bob", "eve"]).await;
    let task = stored(backend, ana).await;
    let other = stored(backend, ana).await;
    let both = add(backend, task.id, comment(ana, "@bob and @eve", &[bob, eve])).await;
    let one = add(backend, task.id, comment(ana, "@bob", &[bob])).await;
    let of_another_task = TaskWrite::DeleteComment(one, touch(&other, ana));
    assert_eq!(commit(backend, of_another_task).await, Err(Failure::NotFound));
    let late = Touch { expected_version: Some(task.version), ..touch(&task, ana) };
    let late = commit(backend, TaskWrite::DeleteComment(one, late)).await;
    assert_eq!(late, Err(Failure::Conflict));
    assert_eq!(granted(backend, task.id).await, [bob, eve]);

    let delete = TaskWrite::DeleteComment(both, touch(&task, eve));
    let left = commit(backend, delete.clone()).await.expect("a task").task;
    let ids: Vec<_> = left.comments.iter().map(|it| it.id).collect();
    assert_eq!((ids, left.comment_count), (vec![one], 1));
    assert_eq!((left.updated_by, left.updated_at), (eve, at(20)));
    assert_eq!(left.version, task.version + 3);
    assert_eq!(found(backend, task.id).await, Some(left));
    assert_eq!(granted(backend, task.id).await, [bob], "another comment grants it too");
    assert_eq!(commit(backend, delete).await, Err(Failure::NotFound));

    let delete = TaskWrite::DeleteComment(one, touch(&task, ana));
    commit(backend, delete).await.expect("a task");
    assert_eq!(granted(backend, task.id).await, []);
    let next = add(backend, other.id, comment(ana, "next", &[])).await;
    assert!(next > one, "{next} after {one}");
    let other_task = found(backend, other.id).await.expect("a task");
    commit(backend, TaskWrite::Delete(Box::new(other_task))).await.expect("a task");
    let last = add(backend, task.id, comment(ana, "last", &[])).await;
    assert!(last > next, "{last} after {next}");
}

pub async fn grant_lasts_until_removed_and_can_return(backend: &Backend) {
    let [ana, bob, eve] = users(backend, ["ana", "bob", "eve"]).await;
    let task = stored(backend, ana).await;
    add(backend, task.id, comment(ana, "@bob", &[bob])).await;
    add(backend, task.id, comment(ana, "@bob @eve @ana", &[bob, eve, ana])).await;
    let effect = MentionEffect::None;
    let text = Text::new("@eve".to_owned()).expect("a text");
    let uninvited = NewComment::new(bob, text, vec![], effect, at(9)).expect("a comment");
    add(backend, task.id, uninvited).await;
    assert_eq!(granted(backend, task.id).await, [ana, bob, eve]);
    for (skip, limit, expected) in
        [(0, 1, vec![ana]), (1, 5, vec![eve]), (0, 0, vec![]), (2, 1, vec![])]
    {
        let query = GrantQuery { task: task.id, except: vec![bob], skip, limit };
        assert_eq!(backend.tasks.granted_users(query).await, Ok((2, expected)));
    }
    let known = backend.tasks.granted(task.id, vec![bob, UserId(404)]).await;
    assert_eq!(known, Ok(vec![bob]));

    let before = found(backend, task.id).await.expect("a task");
    let remove = TaskWrite::RemoveReader(bob, touch(&task, ana));
    let after = commit(backend, remove.clone()).await.expect("a task").task;
    assert_eq!(after.version, before.version + 1);
    assert_eq!(after.comments, before.comments, "the comments stay");
    assert_eq!(granted(backend, task.id).await, [ana, eve]);
    assert_eq!(commit(backend, remove).await, Err(Failure::NotFound));
    assert_eq!(found(backend, task.id).await, Some(after), "a refused change changes nothing");

    add(backend, task.id, comment(ana, "@bob", &[bob])).await;
    assert_eq!(granted(backend, task.id).await, [ana, bob, eve]);
    let last = found(backend, task.id).await.expect("a task");
    commit(backend, TaskWrite::Delete(Box::new(last))).await.expect("a task");
    assert_eq!(granted(backend, task.id).await, []);
}

pub async fn full_task_refuses_comments_until_one_is_deleted(backend: &Backend) {
    let [ana] = users(backend, ["ana"]).await;
    let task = stored(backend, ana).await;
    let almost_full = Task { comment_count: Comment::MAX_OF_TASK - 1, ..task.clone() };
    let write = TaskWrite::Update(Box::new(almost_full));
    commit(backend, write).await.expect("a task");
    let last = add(backend, task.id, comment(ana, "the last", &[])).await;
    let more = || TaskWrite::Comment(task.id, comment(ana, "one more", &[]), None);
    assert_eq!(commit(backend, more()).await, Err(Failure::Conflict));
    let full = found(backend, task.id).await.expect("a task");
    assert_eq!((full.comment_count, full.comments.len()), (1_000, 1));
    let delete = TaskWrite::DeleteComment(last, touch(&task, ana));
    commit(backend, delete).await.expect("a task");
    commit(backend, more()).await.expect("a task");
}
