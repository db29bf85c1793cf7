//! The comments of the office's task, and to whom their mentions grant reading it.

use super::office::{Office, SAID};
use crate::domain::change::TaskWrite;
use crate::domain::id::{CommentId, UserId};
use crate::domain::page::Page;
use crate::domain::task::Comment;
use crate::port::MockTaskRepository;

impl Office {
    /// Answers what is asked of comments and grants.
    pub(super) fn expect_comments(&self, store: &mut MockTaskRepository) {
        let office = self.clone();
        store.expect_comment().returning(move |_, id| Ok(office.comment(id)));
        let comments = self.task.comments.clone();
        store.expect_comments().returning(move |_, request| {
            Ok(Page {
                total: comments.len() as u64,
                request,
                items: comments.iter().rev().cloned().collect(),
            })
        });
        let granted = self.granted.clone();
        store.expect_granted().returning(move |_, users| {
            let found = users.into_iter().filter(|user| granted.contains(user));
            Ok(found.collect())
        });
        let granted = self.granted.clone();
        store.expect_granted_users().returning(move |query| {
            let others = granted.iter().filter(|user| !query.except.contains(user));
            let others: Vec<UserId> = others.copied().collect();
            let [skip, limit] = [query.skip, query.limit].map(|it| usize::try_from(it).unwrap());
            let found = others.iter().skip(skip).take(limit).copied().collect();
            Ok((others.len() as u64, found))
        });
    }

    /// The comment of this id on the task that stands, or the one that was added.
    fn comment(&self, id: CommentId) -> Option<Comment> {
        let committed = self.committed.lock().unwrap();
        let added = committed.iter().find_map(|change| match &change.write {
            TaskWrite::Comment(_, new, _) => Some(new.clone().into_comment(SAID)),
            _ => None,
        });
        let mut comments = self.task.comments.iter().cloned().chain(added);
        comments.find(|comment| comment.id == id)
    }
}
