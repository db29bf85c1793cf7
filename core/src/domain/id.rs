//! Identities. Each kind has its own type, so that they cannot be mixed up.

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
    /// Identity of a user.
    UserId
}
numeric_id! {
    /// Identity of a task.
    TaskId
}
numeric_id! {
    /// Identity of a comment, over all tasks; never used again.
    CommentId
}
numeric_id! {
    /// Identity of a notification; not its place in the mailbox, which is its sequence.
    NotificationId
}

/// Identity of a login: the `sid` claim of the tokens that came from it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(pub String);

/// Identity of one token: its `jti` claim (RFC 7519, section 4.1.7).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenId(pub String);
