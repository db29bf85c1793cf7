//! The types of notifications.

use std::fmt;

/// The type of a notification: a name of 1 to 64 characters `A-Z`, `0-9` and `_` that begins with a letter. Staff
/// define types beside the built-in ones.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NotificationType {
    /// The name, followed by zeros.
    bytes: [u8; Self::MAX],
    length: usize,
}

/// Declares the built-in types, whose constants have the names of the types, with their default messages.
macro_rules! built_in_types {
    ($($(#[$doc:meta])* $name:ident = $message:literal;)+) => {
        impl NotificationType {
            $($(#[$doc])* pub const $name: Self = Self::of(stringify!($name));)+

            /// The names of the built-in types.
            pub const BUILT_IN_NAMES: [&'static str; [$($message),+].len()] =
                [$(stringify!($name)),+];

            /// The built-in types.
            pub const BUILT_IN: [Self; Self::BUILT_IN_NAMES.len()] = [$(Self::$name),+];

            /// The message of an announcement of a built-in type that has none.
            pub(super) fn built_in_message(self) -> Option<&'static str> {
                match self {
                    $(Self::$name => Some($message),)+
                    _ => None,
                }
            }
        }
    };
}

built_in_types! {
    /// A task was assigned to the recipient.
    TASK_ASSIGNED = "A task has been assigned to you.";
    /// A comment mentions the recipient.
    TASK_MENTIONED = "You were mentioned in a task.";
    /// A task that the recipient assigned was completed.
    TASK_COMPLETED = "A task has been completed.";
    /// A task that the recipient assigned was cancelled.
    TASK_CANCELLED = "A task has been cancelled.";
    /// The due date of the recipient's task is near.
    TASK_DUE_SOON = "A task is due soon.";
    /// The due date of the recipient's task has passed.
    TASK_OVERDUE = "A task is overdue.";
    /// Another system assigned a client.
    CLIENT_ASSIGNED = "A client has been assigned to you.";
    /// Another system assigned an application.
    APPLICATION_ASSIGNED = "An application has been assigned to you.";
    /// Another system assigned a visa application.
    VISA_APPLICATION_ASSIGNED = "A visa application has been assigned to you.";
    /// A reminder of another system is due.
    REMINDER_DUE = "A reminder is due.";
    /// An alert of another system.
    SYSTEM_ALERT = "There is a system alert.";
}

impl NotificationType {
    /// The maximum length of a name.
    pub const MAX: usize = 64;

    /// The form of a name, as a regular expression.
    pub const PATTERN: &'static str = "^[A-Z][A-Z0-9_]{0,63}$";

    /// The type with this name; `None` unless the name has the form of one.
    pub fn parse(name: &str) -> Option<Self> {
        let begins = name.starts_with(|first: char| first.is_ascii_uppercase());
        let is_allowed =
            |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        let is_valid = begins && name.len() <= Self::MAX && name.bytes().all(is_allowed);
        is_valid.then(|| Self::of(name))
    }

    /// A name that fits, which is checked at compile time or by the caller.
    const fn of(name: &str) -> Self {
        let mut bytes = [0; Self::MAX];
        let (head, _) = bytes.split_at_mut(name.len());
        head.copy_from_slice(name.as_bytes());
        Self { bytes, length: name.len() }
    }

    /// The name on the wire and in the store.
    pub fn as_str(&self) -> &str {
        let name = self.bytes.get(..self.length).unwrap_or_default();
        std::str::from_utf8(name).unwrap_or_default()
    }

    /// The name as words for people: `TASK_DUE_SOON` is `Task Due Soon`.
    pub fn words(&self) -> String {
        let words = self.as_str().split('_').filter(|word| !word.is_empty());
        let words = words.map(|word| {
            let (first, rest) = word.split_at(1);
            format!("{first}{}", rest.to_ascii_lowercase())
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// Whether the type is known without a definition.
    pub fn is_built_in(&self) -> bool {
        Self::BUILT_IN.contains(self)
    }

    /// Whether the server sends the type itself or relies on it, so that it cannot be deleted: those of tasks,
    /// and system alerts.
    pub fn is_required(&self) -> bool {
        self.is_system_alert()
            || [
                Self::TASK_ASSIGNED,
                Self::TASK_MENTIONED,
                Self::TASK_COMPLETED,
                Self::TASK_CANCELLED,
                Self::TASK_DUE_SOON,
                Self::TASK_OVERDUE,
            ]
            .contains(self)
    }

    /// Whether it is a system alert, which every user receives.
    pub(super) fn is_system_alert(&self) -> bool {
        *self == Self::SYSTEM_ALERT
    }
}

impl fmt::Debug for NotificationType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_has_the_documented_form() {
        let longest = "A".repeat(NotificationType::MAX);
        for name in ["A", "ORDER_SHIPPED", "B2B", "A__", longest.as_str()] {
            assert_eq!(NotificationType::parse(name).unwrap().as_str(), name);
        }
        let too_long = "A".repeat(NotificationType::MAX + 1);
        for name in ["", "_A", "2B", "a", "Aa", "A B", "A-B", "A\n", "\u{c4}", too_long.as_str()] {
            assert_eq!(NotificationType::parse(name), None, "{name}");
        }
    }

    #[test]
    fn built_in_types_are_those_of_their_names() {
        for (kind, name) in
            NotificationType::BUILT_IN.into_iter().zip(NotificationType::BUILT_IN_NAMES)
        {
            assert_eq!(NotificationType::parse(name), Some(kind));
            assert!(kind.is_built_in() && kind.built_in_message().is_some());
        }
        let own = NotificationType::parse("TASK_ASSIGNED_2").unwrap();
        assert!(!own.is_built_in() && own.built_in_message().is_none());
    }

    #[test]
    fn types_are_ordered_by_name() {
        let mut kinds = ["B", "AB", "A_B", "A"].map(|name| NotificationType::parse(name).unwrap());
        kinds.sort_unstable();
        assert_eq!(kinds.map(|kind| kind.as_str().to_owned()), ["A", "AB", "A_B", "B"]);
    }

    #[test]
    fn words_begin_with_capitals() {
        assert_eq!(
            NotificationType::VISA_APPLICATION_ASSIGNED.words(),
            "Visa Application Assigned"
        );
        assert_eq!(NotificationType::parse("B2B__X_").unwrap().words(), "B2b X");
    }
}
