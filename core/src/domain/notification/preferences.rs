//! What users want to be told, type by type.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::field::FieldError;
use crate::domain::notification::NotificationType;

/// Which types of notification a user wants: all of them, until they switch some off.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferences {
    muted: BTreeSet<NotificationType>,
}

impl Preferences {
    /// Preferences as a store remembers them, by what is switched off.
    #[must_use]
    pub fn restore(muted: impl IntoIterator<Item = NotificationType>) -> Self {
        let muted = muted.into_iter().filter(|kind| may_be_muted(*kind));
        Self {
            muted: muted.collect(),
        }
    }

    /// Whether a notification of this type is to be made for the user.
    #[must_use]
    pub fn allows(&self, kind: NotificationType) -> bool {
        !self.muted.contains(&kind)
    }

    /// What is switched off.
    pub fn muted(&self) -> impl Iterator<Item = NotificationType> {
        self.muted.iter().copied()
    }
}

/// What a user wants from now on; types that are absent stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PreferencesEdit(BTreeMap<NotificationType, bool>);

impl PreferencesEdit {
    /// Says whether a type is wanted; [`FieldError::CannotBeMuted`] for one that cannot be switched off.
    pub fn set(&mut self, kind: NotificationType, wanted: bool) -> Result<(), FieldError> {
        if !wanted && !may_be_muted(kind) {
            return Err(FieldError::CannotBeMuted);
        }
        self.0.insert(kind, wanted);
        Ok(())
    }

    /// Whether everything stays as it is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The preferences after it.
    #[must_use]
    pub fn applied_to(&self, before: &Preferences) -> Preferences {
        let stands = |kind: &NotificationType| self.0.get(kind).copied();
        let all = NotificationType::ALL.into_iter();
        Preferences::restore(all.filter(|kind| !stands(kind).unwrap_or(before.allows(*kind))))
    }
}

/// Everybody hears of alerts.
fn may_be_muted(kind: NotificationType) -> bool {
    kind != NotificationType::SystemAlert
}

#[cfg(test)]
mod tests {
    use super::NotificationType::{ReminderDue, SystemAlert, TaskAssigned, TaskOverdue};
    use super::*;

    fn edit<const N: usize>(switches: [(NotificationType, bool); N]) -> PreferencesEdit {
        let mut edit = PreferencesEdit::default();
        for (kind, wanted) in switches {
            edit.set(kind, wanted).unwrap();
        }
        edit
    }

    #[test]
    fn everything_is_wanted_until_it_is_switched_off() {
        let preferences = Preferences::default();
        assert!(
            NotificationType::ALL
                .iter()
                .all(|it| preferences.allows(*it))
        );
        let preferences = edit([(TaskOverdue, false)]).applied_to(&preferences);
        let all = NotificationType::ALL.into_iter();
        let unwanted: Vec<_> = all.filter(|it| !preferences.allows(*it)).collect();
        assert_eq!(unwanted, [TaskOverdue]);
    }

    #[test]
    fn what_is_not_named_stays() {
        let before = Preferences::restore([TaskAssigned, TaskOverdue]);
        let after = edit([(ReminderDue, false), (TaskAssigned, true)]).applied_to(&before);
        assert_eq!(after, Preferences::restore([TaskOverdue, ReminderDue]));
        let nothing = PreferencesEdit::default();
        assert!(nothing.is_empty());
        assert_eq!(nothing.applied_to(&after), after);
    }

    #[test]
    fn an_alert_is_always_wanted() {
        let mut edit = edit([(SystemAlert, true)]);
        assert_eq!(edit.set(SystemAlert, false), Err(FieldError::CannotBeMuted));
        assert!(edit.applied_to(&Preferences::default()).allows(SystemAlert));
        assert!(Preferences::restore([SystemAlert]).allows(SystemAlert));
    }

    #[test]
    fn what_is_said_last_counts() {
        let edit = edit([(TaskAssigned, false), (TaskAssigned, true)]);
        assert!(
            edit.applied_to(&Preferences::default())
                .allows(TaskAssigned)
        );
    }
}
