use chrono::{DateTime, Utc};
use leopard_core::domain::account::{KeyLabel, Scope, Scopes};
use leopard_core::domain::field::FieldError;
use leopard_core::service::accounts::KeyRequest;
use poem_openapi::registry::{MetaSchemaRef, Registry};
use serde_json::Value;

use crate::framework::payload::{FieldValue, array_schema, body, choices, elements};

choices! {
    /// What an API key permits. Unknown values are to be ignored: later versions add scopes.
    Scope as "Scope", is_open true;
}

body! {
    /// An API key to create.
    KeyRequest as "NewApiKey" {
        /// Label, by which users recognize the key.
        name: required KeyLabel,
        /// What the key permits.
        scopes: required Granted,
        /// Time from which on the key is refused; it never expires if omitted or null.
        expires_at: nullable DateTime<Utc>,
    }
    |fields| Some(Self { name: name?, scopes: scopes?.0.into_iter().collect(), expires_at })
}

struct Granted(Vec<Scope>);

impl FieldValue for Granted {
    fn schema() -> MetaSchemaRef {
        array_schema(Scope::schema(), Some(1), Scopes::MAX_GIVEN)
    }

    fn register(registry: &mut Registry) {
        Scope::register(registry);
    }

    fn read(value: Value) -> Result<Self, FieldError> {
        elements(value, Scopes::MAX_GIVEN, Scope::read).map(Self)
    }
}
