use std::collections::BTreeSet;

use leopard_core::domain::account::{ExternalId, Username};
use leopard_core::domain::field::FieldError;
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::{Recipient, Recipients};
use leopard_core::domain::text::Text;
use poem_openapi::registry::{MetaSchemaRef, Registry};
use serde_json::Value;

use crate::framework::payload::{
    FieldValue, Fields, Members, array_schema, elements, object_schema, type_name,
};

/// Users, each once. A single id is read like a list of it: earlier documents allowed both, and generators of
/// several languages cannot read a union.
pub(super) struct AssignedTo(BTreeSet<UserId>);

impl FieldValue for AssignedTo {
    fn schema() -> MetaSchemaRef {
        array_schema(UserId::schema(), Some(1), Recipients::MAX)
    }

    fn read(value: Value) -> Result<Self, FieldError> {
        if !value.is_array() {
            return Ok(Self(BTreeSet::from([UserId::read(value)?])));
        }
        let users = elements(value, Recipients::MAX, UserId::read)?;
        if users.is_empty() {
            return Err(FieldError::EmptyList);
        }
        Ok(Self(users.into_iter().collect()))
    }
}

/// Users by id, username or external id, each with the error of its own.
pub(super) struct RecipientList(Vec<Result<Recipient, FieldError>>);

/// The name of the schema.
const NAME: &str = "Recipient";

type Name = Text<{ Username::MAX }>;

fn describe(members: &mut Members<'_>) {
    members.nullable::<UserId>("id", "Id of the user.");
    members.nullable::<Name>("username", "Username of the user.");
    members.nullable::<ExternalId>("external_id", "Id of the user in another system.");
}

impl FieldValue for RecipientList {
    fn schema() -> MetaSchemaRef {
        array_schema(MetaSchemaRef::Reference(NAME.to_owned()), Some(1), Recipients::MAX)
    }

    fn register(registry: &mut Registry) {
        registry.create_schema::<Self, _>(NAME.to_owned(), |registry| {
            let description = "A recipient, named by exactly one of these members.";
            object_schema(registry, description, describe)
        });
    }

    fn read(value: Value) -> Result<Self, FieldError> {
        let recipients = elements(value, Recipients::MAX, |value| Ok(recipient(value)))?;
        if recipients.is_empty() {
            return Err(FieldError::EmptyList);
        }
        Ok(Self(recipients))
    }
}

fn recipient(value: Value) -> Result<Recipient, FieldError> {
    let Value::Object(mut members) = value else {
        return Err(FieldError::NotAnObject(type_name(&value)));
    };
    let mut given = |name| members.remove(name).filter(|value| !value.is_null());
    match (given("id"), given("username"), given("external_id")) {
        (Some(id), None, None) => UserId::read(id).map(Recipient::Id),
        (None, Some(name), None) => {
            Name::read(name).map(|name| Recipient::Username(name.into_string()))
        }
        (None, None, Some(id)) => {
            ExternalId::read(id).map(|id| Recipient::ExternalId(id.into_string()))
        }
        _ => Err(FieldError::NotExactlyOne("\"id\", \"username\" and \"external_id\"")),
    }
}

/// The recipients of both members; every error of both is reported.
pub(super) fn union(
    fields: &mut Fields,
    assigned_to: Option<AssignedTo>,
    list: Option<RecipientList>,
) -> Option<Recipients> {
    // An invalid member is not missing.
    let are_valid = fields.are_valid(&["assigned_to", "recipients"]);
    let mut named = vec![];
    for (place, one) in list.map_or(vec![], |list| list.0).into_iter().enumerate() {
        named.push(fields.check(&format!("recipients.{place}"), Some(one)));
    }
    let named = named.into_iter().collect::<Option<_>>()?;
    if !are_valid {
        return None;
    }
    let assigned_to = assigned_to.map(|users| users.0).unwrap_or_default();
    Recipients::new(assigned_to, named).map_err(|errors| fields.add(&errors)).ok()
}
