use leopard_core::domain::notification::{NotificationType, Preferences, PreferencesEdit};
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::Type;
use serde_json::Value;

use crate::framework::described;
use crate::framework::payload::{Fields, Members, ReadBody};

/// Preferences in a response: for each notification type, whether it is enabled.
pub(crate) struct PreferencesView(pub(super) Preferences);

const NAME: &str = "NotificationPreferences";

described! {
    PreferencesView, NAME, MetaSchemaRef::Reference(NAME.to_owned()),
    json |view| {
        let all = NotificationType::ALL.into_iter();
        all.map(|kind| (kind.as_str(), view.0.allows(kind))).collect::<Value>()
    },
    register |registry| registry.create_schema::<Self, _>(NAME.to_owned(), |_| schema()),
}

fn schema() -> MetaSchema {
    let switch = |kind: NotificationType| {
        let schema = bool::schema_ref()
            .merge(MetaSchema { description: Some(kind.display()), ..MetaSchema::ANY });
        (kind.as_str(), schema)
    };
    MetaSchema {
        description: Some("Notification types, each `true` if it is enabled."),
        required: NotificationType::ALL.map(NotificationType::as_str).to_vec(),
        properties: NotificationType::ALL.map(switch).to_vec(),
        ..MetaSchema::new("object")
    }
}

impl ReadBody for PreferencesEdit {
    const NAME: &'static str = "NotificationPreferencesEdit";
    const DESCRIPTION: &'static str =
        "Notification types to enable or disable. Omitted types keep their setting.";
    const IS_CLOSED: bool = true;

    fn describe(members: &mut Members<'_>) {
        for kind in NotificationType::ALL {
            members.optional::<bool>(kind.as_str(), kind.display());
        }
    }

    fn read(fields: &mut Fields) -> Option<Self> {
        let mut edit = Self::default();
        for kind in NotificationType::ALL {
            let switch = fields.optional::<bool>(kind.as_str());
            fields.check(kind.as_str(), switch.map(|is_on| edit.set(kind, is_on)));
        }
        Some(edit)
    }
}
