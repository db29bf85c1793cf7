use leopard_core::domain::notification::{TypeDefinition, TypeOutcome};
use poem_openapi::{ApiResponse, Object};
use serde::Serialize;

use crate::framework::payload::Json;
use crate::framework::query::page;
use crate::notifications::TypeName;

/// A notification type.
#[derive(Object, Serialize)]
#[oai(rename = "NotificationTypeDefinition")]
pub(super) struct TypeView {
    /// Name, the `notification_type` of its notifications.
    name: TypeName,
    /// Name that user interfaces show.
    display: String,
    /// Description for users who decide whether to enable the type.
    description: String,
    /// Title of notifications that are sent without one; `display` if null.
    default_title: Option<String>,
    /// Message of notifications that are sent without one; `display` if null.
    default_message: Option<String>,
    /// Whether users may disable the type.
    can_be_muted: bool,
    /// Whether users receive the type without having enabled it.
    on_by_default: bool,
}

impl From<TypeDefinition> for TypeView {
    fn from(definition: TypeDefinition) -> Self {
        Self {
            name: TypeName(definition.name),
            display: definition.display,
            description: definition.description,
            default_title: definition.default_title,
            default_message: definition.default_message,
            can_be_muted: definition.can_be_muted,
            on_by_default: definition.on_by_default,
        }
    }
}

page! {
    /// One page of notification types.
    NotificationTypePage of TypeView
}

/// The type after its definition.
#[derive(ApiResponse)]
pub(super) enum DefinedType {
    /// The type was known.
    #[oai(status = 200)]
    Known(Json<TypeView>),
    /// The type was created.
    #[oai(status = 201)]
    Created(Json<TypeView>),
}

impl From<(TypeOutcome, TypeDefinition)> for DefinedType {
    fn from((outcome, definition): (TypeOutcome, TypeDefinition)) -> Self {
        let view = Json(definition.into());
        match outcome {
            TypeOutcome::Created => Self::Created(view),
            TypeOutcome::Changed | TypeOutcome::Deleted => Self::Known(view),
        }
    }
}
