use leopard_core::domain::comment::Comment;
use leopard_core::domain::id::UserId;
use leopard_core::domain::mention::Mention;
use leopard_core::domain::user::{People, Person};
use poem_openapi::Object;

use crate::payload::Timestamp;

/// What somebody said about a task.
#[derive(Object)]
#[oai(rename = "Comment")]
pub(super) struct CommentView {
    /// Id of the user who said it.
    user_id: i64,
    /// That user's name.
    username: String,
    /// That user's full name.
    full_name: String,
    /// What was said.
    text: String,
    /// Whom it names.
    mentions: Vec<MentionView>,
    /// When.
    created_at: Timestamp,
}

/// A user whom a comment names.
#[derive(Object)]
#[oai(rename = "Mention")]
pub(super) struct MentionView {
    /// Id of the user.
    user_id: i64,
    /// The user's name.
    username: String,
    /// The user's full name.
    full_name: String,
    /// Where in the text the mention begins, in characters.
    start_pos: i64,
    /// Where it ends.
    end_pos: i64,
}

/// The comments, in their order.
pub(super) fn comments(comments: &[Comment], people: &People) -> Vec<CommentView> {
    let shown = |comment: &Comment| {
        let Person {
            username,
            full_name,
        } = person(people, comment.author);
        let mentions = comment.mentions.iter();
        CommentView {
            user_id: comment.author.0,
            username,
            full_name,
            text: comment.text.clone(),
            mentions: mentions.map(|one| mention(*one, people)).collect(),
            created_at: Timestamp::of(comment.created_at),
        }
    };
    comments.iter().map(shown).collect()
}

fn mention(mention: Mention, people: &People) -> MentionView {
    let Person {
        username,
        full_name,
    } = person(people, mention.user);
    MentionView {
        user_id: mention.user.0,
        username,
        full_name,
        start_pos: position(mention.start),
        end_pos: position(mention.end),
    }
}

/// How the user is shown. Users are never deleted, so that everybody is known.
fn person(people: &People, id: UserId) -> Person {
    let unknown = || Person {
        username: String::new(),
        full_name: String::new(),
    };
    people.get(id).cloned().unwrap_or_else(unknown)
}

fn position(position: usize) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}
