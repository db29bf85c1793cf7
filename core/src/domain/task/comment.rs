//! Comments on tasks.

use chrono::{DateTime, Utc};

use crate::domain::field::FieldError;
use crate::domain::id::{CommentId, UserId};
use crate::domain::task::mention::Mention;
use crate::domain::text::Text;

/// The text of a comment.
pub type CommentText = Text<5_000>;

/// Whether the mentions of a comment grant their users reading the task, and notify them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MentionEffect {
    /// They do.
    Invite,
    /// They are names in a text and nothing else.
    None,
}

/// A comment that does not exist yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewComment {
    author: UserId,
    text: String,
    mentions: Vec<Mention>,
    effect: MentionEffect,
    created_at: DateTime<Utc>,
}

impl NewComment {
    /// The most mentions of a comment.
    pub const MAX_MENTIONS: usize = 20;

    /// A comment with at most 20 mentions.
    pub fn new(
        author: UserId,
        text: CommentText,
        mentions: Vec<Mention>,
        effect: MentionEffect,
        created_at: DateTime<Utc>,
    ) -> Result<Self, FieldError> {
        if mentions.len() > Self::MAX_MENTIONS {
            return Err(FieldError::TooManyMentions(Self::MAX_MENTIONS));
        }
        Ok(Self {
            author,
            text: text.into_string(),
            mentions,
            effect,
            created_at,
        })
    }

    /// The user who writes it.
    #[must_use]
    pub fn author(&self) -> UserId {
        self.author
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The time at which it is written.
    #[must_use]
    pub fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// The comment that a store keeps once it has given it its identity.
    #[must_use]
    pub fn into_comment(self, id: CommentId) -> Comment {
        Comment {
            id,
            author: self.author,
            text: self.text,
            mentions: self.mentions,
            created_at: self.created_at,
        }
    }

    /// The users whom it grants reading the task and whom it notifies, each once, by id.
    #[must_use]
    pub fn invited(&self) -> Vec<UserId> {
        if self.effect == MentionEffect::None {
            return vec![];
        }
        let mut users: Vec<_> = self.mentions.iter().map(|mention| mention.user).collect();
        users.sort_unstable();
        users.dedup();
        users
    }
}

/// A comment, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Identity.
    pub id: CommentId,
    /// The user who wrote it.
    pub author: UserId,
    /// The text, byte for byte.
    pub text: String,
    /// The users whom it mentions, in the order of their positions.
    pub mentions: Vec<Mention>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

impl Comment {
    /// The most comments of a task.
    pub const MAX_OF_TASK: i64 = 1_000;

    /// How many of the newest comments are read and shown together with a task.
    pub const SHOWN_WITH_TASK: u64 = 20;

    /// Refuses another comment on a task that has this many.
    pub fn check_room(count: i64) -> Result<(), FieldError> {
        if count >= Self::MAX_OF_TASK {
            return Err(FieldError::TooManyComments(Self::MAX_OF_TASK));
        }
        Ok(())
    }

    /// All users whom these comments name: their authors and the mentioned, some more than once.
    pub fn user_ids(comments: &[Self]) -> impl Iterator<Item = UserId> {
        let names = |comment: &Self| {
            let mentioned = comment.mentions.iter().map(|mention| mention.user);
            std::iter::once(comment.author).chain(mentioned.collect::<Vec<_>>())
        };
        comments.iter().flat_map(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment(users: &[i64], effect: MentionEffect) -> Result<NewComment, FieldError> {
        let mention = |user: &i64| Mention {
            user: UserId(*user),
            start: 0,
            end: 1,
        };
        let text = Text::new("said".to_owned()).unwrap();
        let mentions = users.iter().map(mention).collect();
        NewComment::new(UserId(1), text, mentions, effect, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn a_comment_has_at_most_twenty_mentions_and_invites_each_user_once() {
        let invited = |effect| comment(&[3, 2, 3], effect).unwrap().invited();
        assert_eq!(invited(MentionEffect::Invite), [UserId(2), UserId(3)]);
        assert_eq!(invited(MentionEffect::None), []);
        assert!(comment(&[2; 20], MentionEffect::Invite).is_ok());
        let refused = comment(&[2; 21], MentionEffect::Invite);
        assert_eq!(refused, Err(FieldError::TooManyMentions(20)));
    }

    #[test]
    fn a_task_has_at_most_1000_comments() {
        assert_eq!(Comment::check_room(999), Ok(()));
        let full = Err(FieldError::TooManyComments(1_000));
        assert_eq!(Comment::check_room(1_000), full);
    }
}
