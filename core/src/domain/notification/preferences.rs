//! Notification preferences.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::field::FieldError;
use crate::domain::notification::{NotificationType, TypeDefinition};

/// The notification types that a user has turned off, and those that are off by default and that the user has
/// turned on; none of both by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferences {
    muted: BTreeSet<NotificationType>,
    opted_in: BTreeSet<NotificationType>,
}

impl Preferences {
    /// The preferences that a store has kept, by the types that are off.
    pub fn restore(muted: impl IntoIterator<Item = NotificationType>) -> Self {
        Self { muted: muted.into_iter().collect(), opted_in: BTreeSet::new() }
    }

    /// The same with these types that the user has turned on.
    #[must_use]
    pub fn with_opted_in(self, opted_in: impl IntoIterator<Item = NotificationType>) -> Self {
        Self { opted_in: opted_in.into_iter().collect(), ..self }
    }

    /// Whether the user receives notifications of this type.
    pub fn allow(&self, definition: &TypeDefinition) -> bool {
        let name = definition.name;
        let is_on = definition.on_by_default || self.opted_in.contains(&name);
        !definition.can_be_muted || (is_on && !self.muted.contains(&name))
    }

    /// The types that the user has turned off.
    pub fn muted(&self) -> impl Iterator<Item = &NotificationType> {
        self.muted.iter()
    }

    /// The types that are off by default and that the user has turned on.
    pub fn opted_in(&self) -> impl Iterator<Item = &NotificationType> {
        self.opted_in.iter()
    }
}

/// The new values of preferences; types that are not set keep their value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PreferencesEdit(BTreeMap<NotificationType, Choice>);

/// What a user wants of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Mute,
    OptIn,
    /// The type is on by default.
    Default,
}

impl PreferencesEdit {
    /// Turns a type on or off. The last value of a type applies.
    ///
    /// # Errors
    ///
    /// [`FieldError::CannotBeMuted`]
    pub fn set(&mut self, definition: &TypeDefinition, is_on: bool) -> Result<(), FieldError> {
        let choice = match (is_on, definition.on_by_default) {
            (false, _) if !definition.can_be_muted => return Err(FieldError::CannotBeMuted),
            (false, _) => Choice::Mute,
            (true, true) => Choice::Default,
            (true, false) => Choice::OptIn,
        };
        self.0.insert(definition.name, choice);
        Ok(())
    }

    /// Whether no type is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The preferences after the edit.
    #[must_use]
    pub fn applied_to(&self, before: &Preferences) -> Preferences {
        let mut after = before.clone();
        for (name, choice) in &self.0 {
            after.muted.remove(name);
            after.opted_in.remove(name);
            match choice {
                Choice::Mute => _ = after.muted.insert(*name),
                Choice::OptIn => _ = after.opted_in.insert(*name),
                Choice::Default => {}
            }
        }
        after
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::notification::{TypeCatalog, TypeRequest};

    const TASK_ASSIGNED: NotificationType = NotificationType::TASK_ASSIGNED;
    const TASK_OVERDUE: NotificationType = NotificationType::TASK_OVERDUE;
    const REMINDER_DUE: NotificationType = NotificationType::REMINDER_DUE;
    const SYSTEM_ALERT: NotificationType = NotificationType::SYSTEM_ALERT;

    fn edit<const N: usize>(switches: [(NotificationType, bool); N]) -> PreferencesEdit {
        let catalog = TypeCatalog::default();
        let mut edit = PreferencesEdit::default();
        for (kind, is_on) in switches {
            edit.set(catalog.find(kind).unwrap(), is_on).unwrap();
        }
        edit
    }

    fn allows(preferences: &Preferences, kind: NotificationType) -> bool {
        TypeCatalog::default().allows(preferences, kind)
    }

    /// A type that is off by default.
    fn news() -> TypeDefinition {
        let request = TypeRequest { on_by_default: Some(false), ..TypeRequest::default() };
        request.define(NotificationType::parse("NEWS").unwrap()).unwrap()
    }

    #[test]
    fn types_are_on_until_turned_off() {
        let preferences = Preferences::default();
        assert!(NotificationType::BUILT_IN.iter().all(|it| allows(&preferences, *it)));
        let preferences = edit([(TASK_OVERDUE, false)]).applied_to(&preferences);
        let all = NotificationType::BUILT_IN.into_iter();
        let muted: Vec<_> = all.filter(|it| !allows(&preferences, *it)).collect();
        assert_eq!(muted, [TASK_OVERDUE]);
    }

    #[test]
    fn types_that_are_not_set_keep_their_value() {
        let before = Preferences::restore([TASK_ASSIGNED, TASK_OVERDUE]);
        let after = edit([(REMINDER_DUE, false), (TASK_ASSIGNED, true)]).applied_to(&before);
        assert_eq!(after, Preferences::restore([TASK_OVERDUE, REMINDER_DUE]));
        let nothing = PreferencesEdit::default();
        assert!(nothing.is_empty());
        assert_eq!(nothing.applied_to(&after), after);
    }

    #[test]
    fn system_alert_cannot_be_turned_off() {
        let catalog = TypeCatalog::default();
        let mut edit = edit([(SYSTEM_ALERT, true)]);
        let off = edit.set(catalog.find(SYSTEM_ALERT).unwrap(), false);
        assert_eq!(off, Err(FieldError::CannotBeMuted));
        assert!(allows(&edit.applied_to(&Preferences::default()), SYSTEM_ALERT));
        assert!(allows(&Preferences::restore([SYSTEM_ALERT]), SYSTEM_ALERT));
    }

    #[test]
    fn last_value_of_a_type_applies() {
        let edit = edit([(TASK_ASSIGNED, false), (TASK_ASSIGNED, true)]);
        assert!(allows(&edit.applied_to(&Preferences::default()), TASK_ASSIGNED));
    }

    #[test]
    fn type_that_is_off_by_default_is_on_after_opting_in() {
        let news = news();
        let set = |before: &Preferences, is_on| {
            let mut edit = PreferencesEdit::default();
            edit.set(&news, is_on).unwrap();
            edit.applied_to(before)
        };
        let default = Preferences::default();
        assert!(!default.allow(&news));
        let on = set(&default, true);
        assert!(on.allow(&news));
        assert_eq!(on, Preferences::default().with_opted_in([news.name]));
        let off = set(&on, false);
        assert!(!off.allow(&news));
        // It stays off for the user if it becomes a type that is on by default.
        assert!(!off.allow(&TypeDefinition { on_by_default: true, ..news.clone() }));
    }

    #[test]
    fn type_that_can_no_longer_be_muted_is_on() {
        let assigned = TypeCatalog::default().find(TASK_ASSIGNED).unwrap().clone();
        let always_on = TypeDefinition { can_be_muted: false, ..assigned };
        assert!(Preferences::restore([TASK_ASSIGNED]).allow(&always_on));
    }
}
