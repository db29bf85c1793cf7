use std::sync::Arc;

use leopard_core::domain::account::{UserNames, UserSummary};
use leopard_core::domain::id::UserId;
use leopard_core::domain::task::Comment;
use leopard_core::domain::task::mention::Mention;
use poem_openapi::Object;
use serde::Serialize;

use super::user_name::{FullName, Username};
use crate::framework::payload::Timestamp;
use crate::framework::query::page;

/// A comment on a task.
#[derive(Object, Serialize)]
#[oai(rename = "Comment")]
pub(super) struct CommentView {
    /// Id; never reused.
    id: i64,
    /// Id of the author.
    user_id: i64,
    /// Username of the author.
    username: Username,
    /// Full name of the author.
    full_name: FullName,
    /// Text.
    text: String,
    /// Mentioned users.
    mentions: Vec<MentionView>,
    /// Creation time.
    created_at: Timestamp,
}

/// A mention of a user in a comment.
#[derive(Object, Serialize)]
#[oai(rename = "Mention")]
pub(super) struct MentionView {
    /// Id of the user.
    user_id: i64,
    /// Username of the user.
    username: Username,
    /// Full name of the user.
    full_name: FullName,
    /// Position in the text where the mention begins, in characters.
    start_pos: i64,
    /// Position where it ends, in characters.
    end_pos: i64,
}

impl CommentView {
    pub(super) fn of(comment: &Comment, user_names: &UserNames) -> Self {
        let author = person(user_names, comment.author);
        let mentions = comment.mentions.iter();
        Self {
            id: comment.id.0,
            user_id: comment.author.0,
            username: Username(author.clone()),
            full_name: FullName(author),
            text: comment.text.clone(),
            mentions: mentions.map(|one| mention(*one, user_names)).collect(),
            created_at: Timestamp::of(comment.created_at),
        }
    }
}

pub(super) fn comments(comments: &[Comment], user_names: &UserNames) -> Vec<CommentView> {
    let shown = comments.iter();
    shown.map(|one| CommentView::of(one, user_names)).collect()
}

page! {
    /// One page of comments.
    CommentPage of CommentView
}

fn mention(mention: Mention, user_names: &UserNames) -> MentionView {
    let user = person(user_names, mention.user);
    MentionView {
        user_id: mention.user.0,
        username: Username(user.clone()),
        full_name: FullName(user),
        start_pos: position(mention.start),
        end_pos: position(mention.end),
    }
}

/// The names of a user. Users are never deleted, so every user is known.
pub(super) fn person(user_names: &UserNames, id: UserId) -> Arc<UserSummary> {
    let unknown = || Arc::new(UserSummary { username: String::new(), full_name: String::new() });
    user_names.get(id).cloned().unwrap_or_else(unknown)
}

fn position(position: usize) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}
