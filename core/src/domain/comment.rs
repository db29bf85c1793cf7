//! What is said about a task.

use chrono::{DateTime, Utc};

use super::field::FieldError;
use super::id::UserId;
use super::mention::Mention;
use super::text::Text;

/// What somebody says.
pub type CommentText = Text<5_000>;

/// A comment that does not exist yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewComment(Comment);

impl NewComment {
    /// The most mentions of a comment.
    pub const MAX_MENTIONS: usize = 20;

    /// A comment with at most 20 mentions.
    pub fn new(
        author: UserId,
        text: CommentText,
        mentions: Vec<Mention>,
        created_at: DateTime<Utc>,
    ) -> Result<Self, FieldError> {
        if mentions.len() > Self::MAX_MENTIONS {
            return Err(FieldError::TooManyMentions(Self::MAX_MENTIONS));
        }
        Ok(Self(Comment {
            author,
            text: text.into_string(),
            mentions,
            created_at,
        }))
    }

    /// The comment that a store keeps.
    #[must_use]
    pub fn into_comment(self) -> Comment {
        self.0
    }

    /// Whom it names, each once, in the order of their numbers.
    #[must_use]
    pub fn mentioned(&self) -> Vec<UserId> {
        let mut users: Vec<_> = self.0.mentions.iter().map(|mention| mention.user).collect();
        users.sort_unstable();
        users.dedup();
        users
    }
}

/// A comment, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Who said it.
    pub author: UserId,
    /// What was said.
    pub text: String,
    /// Whom it names, in the order of their places.
    pub mentions: Vec<Mention>,
    /// When.
    pub created_at: DateTime<Utc>,
}

impl Comment {
    /// The most comments of a task, which is always read and shown with all of them.
    pub const MAX_OF_TASK: usize = 1_000;

    /// Refuses another comment of a task about which so much was said already.
    pub fn check_room(said: &[Self]) -> Result<(), FieldError> {
        if said.len() >= Self::MAX_OF_TASK {
            return Err(FieldError::TooManyComments(Self::MAX_OF_TASK));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_few_and_each_user_is_named_once() {
        let comment = |users: &[i64]| {
            let mention = |user: &i64| Mention {
                user: UserId(*user),
                start: 0,
                end: 1,
            };
            let text = Text::new("said".to_owned()).unwrap();
            let mentions = users.iter().map(mention).collect();
            NewComment::new(UserId(1), text, mentions, DateTime::UNIX_EPOCH)
        };
        let named = comment(&[3, 2, 3]).unwrap().mentioned();
        assert_eq!(named, [UserId(2), UserId(3)]);
        assert!(comment(&[2; 20]).is_ok());
        assert_eq!(comment(&[2; 21]), Err(FieldError::TooManyMentions(20)));
    }

    #[test]
    fn a_task_has_at_most_1000_comments() {
        let comment = Comment {
            author: UserId(1),
            text: "said".to_owned(),
            mentions: vec![],
            created_at: DateTime::UNIX_EPOCH,
        };
        let said = vec![comment; 1_000];
        assert_eq!(Comment::check_room(&said[..999]), Ok(()));
        let full = Err(FieldError::TooManyComments(1_000));
        assert_eq!(Comment::check_room(&said), full);
    }
}
