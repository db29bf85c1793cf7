//! Ids. Each kind has a type of its own, so that they cannot be mixed up.

macro_rules! numeric_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

numeric_id! {
    /// The id of a user.
    UserId
}
numeric_id! {
    /// The id of a task.
    TaskId
}
numeric_id! {
    /// The id of a comment, unique over all tasks and never reused.
    CommentId
}
numeric_id! {
    /// The id of a notification, unique over all mailboxes; the position in a mailbox is its sequence.
    NotificationId
}

numeric_id! {
    /// The id of an API key.
    ApiKeyId
}

/// The id of a session: the `sid` claim of its tokens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(pub String);

/// The id of a token: its `jti` claim (RFC 7519, section 4.1.7).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenId(pub String);
