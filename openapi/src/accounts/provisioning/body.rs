use leopard_core::domain::account::{Email, ExternalId, PersonName, UserEdit, Username};
use leopard_core::domain::field::FieldError;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use serde_json::Value;

use crate::framework::payload::{FieldValue, PathValue, body};
use crate::problem::Problem;

pub(super) struct Provision(pub(super) UserEdit);

body! {
    /// A user of another system. Omitted fields keep their values; those of a new user are empty.
    Provision as "ProvisionedUser" {
        /// Unique username of letters and digits of any script and `@ . + - _`. Required for a new user whose
        /// external id has not this form, otherwise the external id by default.
        username: optional Username,
        /// Email address, or an empty string.
        email: optional Email,
        /// First name.
        first_name: optional PersonName,
        /// Last name.
        last_name: optional PersonName,
        /// Whether the user may log in; true for a new user by default.
        is_active: optional bool,
    }
    |fields| {
        Some(Self(UserEdit { username, email, first_name, last_name, is_active, is_staff: None }))
    }
}

pub(super) struct TokenRequest {
    pub(super) ttl_seconds: Option<Seconds>,
}

/// A duration. The core knows the maximum, which depends on a setting.
pub(super) struct Seconds(pub(super) i64);

impl FieldValue for Seconds {
    fn schema() -> MetaSchemaRef {
        let minimum = Some(1.0);
        i64::schema().merge(MetaSchema { minimum, ..MetaSchema::ANY })
    }

    fn read(value: Value) -> Result<Self, FieldError> {
        i64::read(value).map(Self)
    }
}

body! {
    /// The token to issue.
    TokenRequest as "TokenRequest" {
        /// Lifetime in seconds, from 1; by default that of access tokens, which is also the maximum.
        ttl_seconds: nullable Seconds,
    }
    |fields| Some(Self { ttl_seconds })
}

impl PathValue for ExternalId {
    const DESCRIPTION: &'static str = "Id of the user in the other system, percent-encoded.";

    fn schema() -> MetaSchemaRef {
        <Self as FieldValue>::schema()
    }

    fn read(text: String) -> Result<Self, Problem> {
        let id: Result<Self, FieldError> = FieldValue::read(Value::String(text));
        id.map_err(|error| leopard_core::Failure::field("external_id", error).into())
    }
}
