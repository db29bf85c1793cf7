//! The definitions of notification types.

use std::collections::BTreeMap;

use crate::Failure;
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::notification::announcement::{AnnouncedMessage, AnnouncedTitle};
use crate::domain::notification::{NotificationType, Preferences};
use crate::domain::page::{Page, PageRequest};
use crate::domain::text::Text;

/// A display name of 1 to 100 characters.
pub type TypeDisplay = Text<100>;

/// A description of at most 500 characters.
pub type TypeDescription = Text<500, true>;

/// What a notification type is called and how it behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeDefinition {
    pub name: NotificationType,
    /// The name that user interfaces show.
    pub display: String,
    /// What users read beside the switch of the type; may be empty.
    pub description: String,
    /// The title of notifications that are sent without one; by default, the display name.
    pub default_title: Option<String>,
    /// The message of notifications that are sent without one; by default, the display name.
    pub default_message: Option<String>,
    /// Whether users may turn the type off.
    pub can_be_muted: bool,
    /// Whether users receive the type without having turned it on.
    pub on_by_default: bool,
}

impl TypeDefinition {
    /// The definition of a type about which nothing is stored.
    fn initial(name: NotificationType) -> Self {
        Self {
            name,
            display: name.words(),
            description: String::new(),
            default_title: None,
            default_message: name.built_in_message().map(str::to_owned),
            can_be_muted: !name.is_system_alert(),
            on_by_default: true,
        }
    }

    /// The title of a notification that is sent without one.
    pub fn title(&self) -> &str {
        self.default_title.as_deref().unwrap_or(&self.display)
    }

    /// The message of a notification that is sent without one.
    pub fn message(&self) -> &str {
        self.default_message.as_deref().unwrap_or(&self.display)
    }
}

/// A request to define a type. Members that are `None` have the values of a type without a definition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypeRequest {
    pub display: Option<TypeDisplay>,
    pub description: Option<TypeDescription>,
    pub default_title: Option<AnnouncedTitle>,
    pub default_message: Option<AnnouncedMessage>,
    pub can_be_muted: Option<bool>,
    pub on_by_default: Option<bool>,
}

impl TypeRequest {
    /// The definition of the type with this name.
    ///
    /// # Errors
    ///
    /// [`FieldError::CannotBeMuted`] for system alerts that can be muted, and [`FieldError::MustBeOnByDefault`] for a
    /// type that is off by default and cannot be muted: users could never turn it off again.
    pub fn define(self, name: NotificationType) -> Result<TypeDefinition, FieldErrors> {
        let initial = TypeDefinition::initial(name);
        let can_be_muted = self.can_be_muted.unwrap_or(initial.can_be_muted);
        let on_by_default = self.on_by_default.unwrap_or(initial.on_by_default);
        let mut errors = FieldErrors::default();
        if can_be_muted && name.is_system_alert() {
            errors.add("can_be_muted", FieldError::CannotBeMuted);
        }
        if !can_be_muted && !on_by_default {
            errors.add("on_by_default", FieldError::MustBeOnByDefault);
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(TypeDefinition {
            name,
            display: self.display.map_or(initial.display, Text::into_string),
            description: self.description.map_or(initial.description, Text::into_string),
            default_title: self.default_title.map(Text::into_string),
            default_message: self
                .default_message
                .map_or(initial.default_message, |message| Some(message.into_string())),
            can_be_muted,
            on_by_default,
        })
    }
}

/// What a store keeps about a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredType {
    pub name: NotificationType,
    /// `None` for a deleted built-in type.
    pub definition: Option<TypeDefinition>,
}

/// A change of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeChange {
    /// Defines a type, whether it is known or not.
    Define(TypeDefinition),
    /// Deletes a type; its notifications stay.
    Delete(NotificationType),
}

impl TypeChange {
    /// The type that changes.
    pub fn name(&self) -> NotificationType {
        match self {
            Self::Define(definition) => definition.name,
            Self::Delete(name) => *name,
        }
    }

    /// What a store keeps about the type after the change; `None` for nothing.
    pub fn into_stored(self) -> Option<StoredType> {
        match self {
            Self::Define(definition) => {
                Some(StoredType { name: definition.name, definition: Some(definition) })
            }
            Self::Delete(name) => {
                name.is_built_in().then_some(StoredType { name, definition: None })
            }
        }
    }
}

/// What a [`TypeChange`] has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeOutcome {
    /// The type was not known before.
    Created,
    /// The type has this definition now.
    Changed,
    Deleted,
}

/// All types that can be sent: first the built-in ones, then the others by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeCatalog(Vec<TypeDefinition>);

impl Default for TypeCatalog {
    fn default() -> Self {
        Self::of([])
    }
}

impl TypeCatalog {
    /// The maximum number of types beside the built-in ones.
    pub const MAX_OWN: usize = 200;

    /// The maximum number of types.
    pub const MAX: usize = NotificationType::BUILT_IN.len() + Self::MAX_OWN;

    /// The catalog of a store.
    pub fn of(stored: impl IntoIterator<Item = StoredType>) -> Self {
        let stored = stored.into_iter().map(|one| (one.name, one.definition));
        let mut stored: BTreeMap<_, _> = stored.collect();
        let built_in = NotificationType::BUILT_IN.map(|name| match stored.remove(&name) {
            None => Some(TypeDefinition::initial(name)),
            Some(definition) => definition,
        });
        Self(built_in.into_iter().chain(stored.into_values()).flatten().collect())
    }

    /// The types in their order.
    pub fn iter(&self) -> impl Iterator<Item = &TypeDefinition> {
        self.0.iter()
    }

    /// The definition of a type; `None` for an unknown one.
    pub fn find(&self, name: NotificationType) -> Option<&TypeDefinition> {
        self.0.iter().find(|definition| definition.name == name)
    }

    /// The definition of a type that is to be sent or filtered.
    ///
    /// # Errors
    ///
    /// [`FieldError::NotOneOf`] the known types.
    pub fn require(&self, name: NotificationType) -> Result<&TypeDefinition, FieldError> {
        let names = || self.iter().map(|known| known.name.as_str().to_owned()).collect();
        let unknown = || FieldError::NotOneOf(name.as_str().to_owned(), names());
        self.find(name).ok_or_else(unknown)
    }

    /// The name that user interfaces show, also for deleted types.
    pub fn display(&self, name: NotificationType) -> String {
        self.find(name).map_or_else(|| name.words(), |definition| definition.display.clone())
    }

    /// Whether a user with these preferences receives notifications of this type.
    pub fn allows(&self, preferences: &Preferences, name: NotificationType) -> bool {
        self.find(name).is_none_or(|definition| preferences.allow(definition))
    }

    /// One page of the types.
    pub fn page(&self, request: PageRequest) -> Page<TypeDefinition> {
        let [begin, size] =
            [request.offset(), request.size()].map(|it| usize::try_from(it).unwrap_or(usize::MAX));
        Page {
            total: self.0.len() as u64,
            request,
            items: self.iter().skip(begin).take(size).cloned().collect(),
        }
    }

    /// What the change does, if it is allowed. Stores call this in the transaction of the change.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] for a new type beyond [`TypeCatalog::MAX_OWN`], [`Failure::NotFound`] for the
    /// deletion of an unknown type, [`Failure::TypeRequired`] for that of a type that the server needs.
    pub fn check(&self, change: &TypeChange) -> Result<TypeOutcome, Failure> {
        let name = change.name();
        match change {
            TypeChange::Define(_) if self.find(name).is_some() => Ok(TypeOutcome::Changed),
            TypeChange::Define(_) => {
                let own = self.iter().filter(|definition| !definition.name.is_built_in());
                if !name.is_built_in() && own.count() >= Self::MAX_OWN {
                    return Err(Failure::field("name", FieldError::TooManyTypes(Self::MAX_OWN)));
                }
                Ok(TypeOutcome::Created)
            }
            TypeChange::Delete(_) if name.is_required() => Err(Failure::TypeRequired),
            TypeChange::Delete(_) => {
                self.find(name).map(|_| TypeOutcome::Deleted).ok_or(Failure::NotFound)
            }
        }
    }
}

#[cfg(test)]
mod tests;
