use std::collections::BTreeMap;

use leopard_core::domain::field::FieldErrors;
use leopard_core::domain::notification::{
    NotificationType, Preferences, PreferencesEdit, TypeCatalog,
};
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::Type;

use crate::framework::described;
use crate::framework::payload::{Fields, Members, ReadBody, object_schema};

/// Preferences in a response: for each notification type, whether it is enabled.
pub(crate) struct PreferencesView(BTreeMap<NotificationType, bool>);

impl PreferencesView {
    pub(super) fn of(preferences: &Preferences, types: &TypeCatalog) -> Self {
        let switches = types.iter().map(|known| (known.name, preferences.allow(known)));
        Self(switches.collect())
    }
}

const NAME: &str = "NotificationPreferences";

described! {
    PreferencesView, NAME, MetaSchemaRef::Reference(NAME.to_owned()),
    json |view| {
        view.0.iter().map(|(name, is_on)| (name.as_str(), is_on)).collect::<BTreeMap<_, _>>()
    },
    register |registry| registry.create_schema::<Self, _>(NAME.to_owned(), |registry| {
        let description = "Notification types, also those that staff have defined, each `true` if it is enabled.";
        let required = NotificationType::BUILT_IN_NAMES.into_iter().filter(|name| {
            NotificationType::parse(name).is_some_and(|kind| kind.is_required())
        });
        MetaSchema {
            required: required.collect(),
            additional_properties: Some(Box::new(bool::schema_ref())),
            ..object_schema(registry, description, switches)
        }
    }),
}

/// Describes the switches of the built-in types.
fn switches(members: &mut Members<'_>) {
    for name in NotificationType::BUILT_IN_NAMES {
        members.optional::<bool>(name, "Whether the type is enabled.");
    }
}

/// The switches of a request, which are read when the types are known.
pub(super) struct PreferencesBody(Fields);

impl PreferencesBody {
    /// The edit for which the request asks.
    pub(super) fn edit(self, types: &TypeCatalog) -> Result<PreferencesEdit, FieldErrors> {
        let Self(mut fields) = self;
        let mut edit = PreferencesEdit::default();
        for known in types.iter() {
            let name = known.name.as_str();
            let switch = fields.optional::<bool>(name);
            fields.check(name, switch.map(|is_on| edit.set(known, is_on)));
        }
        fields.refuse_others();
        fields.finish(Some(edit))
    }
}

impl ReadBody for PreferencesBody {
    const NAME: &'static str = "NotificationPreferencesEdit";
    const DESCRIPTION: &'static str =
        "Notification types to enable or disable. Omitted types keep their setting.";
    const OTHERS: Option<fn() -> MetaSchemaRef> = Some(bool::schema_ref);

    fn describe(members: &mut Members<'_>) {
        switches(members);
    }

    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self(fields.take_others()))
    }
}
