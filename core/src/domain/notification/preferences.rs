//! Notification preferences.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::field::FieldError;
use crate::domain::notification::NotificationType;

/// The notification types that a user has turned off; none by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferences {
    muted: BTreeSet<NotificationType>,
}

impl Preferences {
    /// The preferences that a store has kept, by the types that are off.
    pub fn restore(muted: impl IntoIterator<Item = NotificationType>) -> Self {
        let muted = muted.into_iter().filter(|kind| may_be_muted(*kind));
        Self { muted: muted.collect() }
    }

    /// Whether the user receives notifications of this type.
    pub fn allows(&self, kind: NotificationType) -> bool {
        !self.muted.contains(&kind)
    }

    /// The types that are off.
    pub fn muted(&self) -> impl Iterator<Item = NotificationType> {
        self.muted.iter().copied()
    }
}

/// The new values of preferences; types that are not set keep their value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PreferencesEdit(BTreeMap<NotificationType, bool>);

impl PreferencesEdit {
    /// Turns a type on or off. The last value of a type applies.
    ///
    /// # Errors
    ///
    /// [`FieldError::CannotBeMuted`]
    pub fn set(&mut self, kind: NotificationType, is_on: bool) -> Result<(), FieldError> {
        if !is_on && !may_be_muted(kind) {
            return Err(FieldError::CannotBeMuted);
        }
        self.0.insert(kind, is_on);
        Ok(())
    }

    /// Whether no type is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The preferences after the edit.
    #[must_use]
    pub fn applied_to(&self, before: &Preferences) -> Preferences {
        let changed = |kind: &NotificationType| self.0.get(kind).copied();
        let all = NotificationType::ALL.into_iter();
        Preferences::restore(all.filter(|kind| !changed(kind).unwrap_or(before.allows(*kind))))
    }
}

/// System alerts cannot be turned off.
fn may_be_muted(kind: NotificationType) -> bool {
    kind != NotificationType::SystemAlert
}

#[cfg(test)]
mod tests {
    use super::NotificationType::{ReminderDue, SystemAlert, TaskAssigned, TaskOverdue};
    use super::*;

    fn edit<const N: usize>(switches: [(NotificationType, bool); N]) -> PreferencesEdit {
        let mut edit = PreferencesEdit::default();
        for (kind, is_on) in switches {
            edit.set(kind, is_on).unwrap();
        }
        edit
    }

    #[test]
    fn types_are_on_until_turned_off() {
        let preferences = Preferences::default();
        assert!(NotificationType::ALL.iter().all(|it| preferences.allows(*it)));
        let preferences = edit([(TaskOverdue, false)]).applied_to(&preferences);
        let all = NotificationType::ALL.into_iter();
        let muted: Vec<_> = all.filter(|it| !preferences.allows(*it)).collect();
        assert_eq!(muted, [TaskOverdue]);
    }

    #[test]
    fn types_that_are_not_set_keep_their_value() {
        let before = Preferences::restore([TaskAssigned, TaskOverdue]);
        let after = edit([(ReminderDue, false), (TaskAssigned, true)]).applied_to(&before);
        assert_eq!(after, Preferences::restore([TaskOverdue, ReminderDue]));
        let nothing = PreferencesEdit::default();
        assert!(nothing.is_empty());
        assert_eq!(nothing.applied_to(&after), after);
    }

    #[test]
    fn system_alert_cannot_be_turned_off() {
        let mut edit = edit([(SystemAlert, true)]);
        assert_eq!(edit.set(SystemAlert, false), Err(FieldError::CannotBeMuted));
        assert!(edit.applied_to(&Preferences::default()).allows(SystemAlert));
        assert!(Preferences::restore([SystemAlert]).allows(SystemAlert));
    }

    #[test]
    fn last_value_of_a_type_applies() {
        let edit = edit([(TaskAssigned, false), (TaskAssigned, true)]);
        assert!(edit.applied_to(&Preferences::default()).allows(TaskAssigned));
    }
}
