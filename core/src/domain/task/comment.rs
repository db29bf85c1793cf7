//! Comments on tasks.

use chrono::{DateTime, Utc};

use crate::domain::field::FieldError;
use crate::domain::id::{CommentId, UserId};
use crate::domain::task::mention::Mention;
use crate::domain::text::Text;

/// The text of a comment: 1 to 5,000 characters.
pub type CommentText = Text<5_000>;

/// Whether the mentions of a comment grant read access and notify.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MentionEffect {
    /// They do both.
    Invite,
    /// They do neither.
    None,
}

/// A comment to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewComment {
    author: UserId,
    text: String,
    mentions: Vec<Mention>,
    effect: MentionEffect,
    created_at: DateTime<Utc>,
}

impl NewComment {
    /// The maximum number of mentions.
    pub const MAX_MENTIONS: usize = 20;

    /// A comment with its mentions, in the order of their positions.
    ///
    /// # Errors
    ///
    /// [`FieldError::TooManyMentions`]
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
        Ok(Self { author, text: text.into_string(), mentions, effect, created_at })
    }

    /// The author.
    pub fn author(&self) -> UserId {
        self.author
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The time of creation.
    pub fn created_at(&self) -> DateTime<Utc> {
        self.created_at
    }

    /// The comment that a store keeps once it has assigned the id.
    pub fn into_comment(self, id: CommentId) -> Comment {
        Comment {
            id,
            author: self.author,
            text: self.text,
            mentions: self.mentions,
            created_at: self.created_at,
        }
    }

    /// The users that get read access and a notification by the comment, each once, by id.
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
    pub id: CommentId,
    pub author: UserId,
    /// The text, byte for byte.
    pub text: String,
    /// The mentions, in the order of their positions.
    pub mentions: Vec<Mention>,
    pub created_at: DateTime<Utc>,
}

impl Comment {
    /// The maximum number of comments of a task.
    pub const MAX_OF_TASK: i64 = 1_000;

    /// The number of comments that are loaded with a task: the newest ones.
    pub const SHOWN_WITH_TASK: u64 = 20;

    /// Checks that a task with this many comments may get another one.
    ///
    /// # Errors
    ///
    /// [`FieldError::TooManyComments`]
    pub fn check_count(count: i64) -> Result<(), FieldError> {
        if count >= Self::MAX_OF_TASK {
            return Err(FieldError::TooManyComments(Self::MAX_OF_TASK));
        }
        Ok(())
    }

    /// The authors and the mentioned users, with duplicates.
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
        let mention = |user: &i64| Mention { user: UserId(*user), start: 0, end: 1 };
        let text = Text::new("said".to_owned()).unwrap();
        let mentions = users.iter().map(mention).collect();
        NewComment::new(UserId(1), text, mentions, effect, DateTime::UNIX_EPOCH)
    }

    #[test]
    fn comment_has_at_most_20_mentions_and_invites_each_user_once() {
        let invited = |effect| comment(&[3, 2, 3], effect).unwrap().invited();
        assert_eq!(invited(MentionEffect::Invite), [UserId(2), UserId(3)]);
        assert_eq!(invited(MentionEffect::None), []);
        assert!(comment(&[2; 20], MentionEffect::Invite).is_ok());
        let refused = comment(&[2; 21], MentionEffect::Invite);
        assert_eq!(refused, Err(FieldError::TooManyMentions(20)));
    }

    #[test]
    fn task_has_at_most_1000_comments() {
        assert_eq!(Comment::check_count(999), Ok(()));
        let full = Err(FieldError::TooManyComments(1_000));
        assert_eq!(Comment::check_count(1_000), full);
    }
}
