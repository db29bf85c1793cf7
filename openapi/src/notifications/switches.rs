use std::borrow::Cow;

use leopard_core::domain::field::FieldErrors;
use leopard_core::domain::notification::{NotificationType, Preferences, PreferencesEdit};
use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{ToJSON, Type};
use serde_json::Value;

use crate::framework::payload::{Fields, ReadBody, boolean};

/// A JSON object whose members are types of notification, each true where it is wanted: all of them in
/// an answer (`WHOLE`), those that change in a request.
pub(crate) struct Switches<const WHOLE: bool>(Preferences);

impl From<Preferences> for Switches<true> {
    fn from(preferences: Preferences) -> Self {
        Self(preferences)
    }
}

impl ToJSON for Switches<true> {
    fn to_json(&self) -> Option<Value> {
        let all = NotificationType::ALL.into_iter();
        Some(
            all.map(|kind| (kind.as_str(), self.0.allows(kind)))
                .collect(),
        )
    }
}

impl ReadBody for PreferencesEdit {
    type Shape = Switches<false>;

    fn read(fields: &mut Fields) -> Result<Self, FieldErrors> {
        let mut edit = Self::default();
        for kind in NotificationType::ALL {
            fields.optional(kind.as_str(), |value| edit.set(kind, boolean(&value)?));
        }
        fields.refuse_others();
        fields.finish(Some(edit))
    }
}

impl<const WHOLE: bool> Type for Switches<WHOLE> {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        let name = if WHOLE {
            "NotificationPreferences"
        } else {
            "NotificationPreferencesEdit"
        };
        name.into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference(Self::name().into_owned())
    }

    fn register(registry: &mut Registry) {
        let (description, required) = if WHOLE {
            let all = NotificationType::ALL.map(NotificationType::as_str);
            ("Which types the caller wants to be told of.", all.to_vec())
        } else {
            let named = "Which types the caller wants to be told of from now on; what is absent stays \
                         as it is.";
            (named, vec![])
        };
        registry.create_schema::<Self, _>(Self::name().into_owned(), |_| MetaSchema {
            description: Some(description),
            required,
            properties: NotificationType::ALL.map(switch).to_vec(),
            ..MetaSchema::new("object")
        });
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

fn switch(kind: NotificationType) -> (&'static str, MetaSchemaRef) {
    let schema = MetaSchema {
        description: Some(kind.display()),
        ..MetaSchema::new("boolean")
    };
    (kind.as_str(), MetaSchemaRef::Inline(Box::new(schema)))
}
