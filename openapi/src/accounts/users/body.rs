use leopard_core::domain::account::{
    Email, NewPassword, Password, PersonName, Profile, UserEdit, UserKind, Username,
};
use leopard_core::domain::field::FieldError;
use leopard_core::domain::text::Text;
use leopard_core::service::accounts::NewUserRequest;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use serde_json::Value;

use crate::framework::payload::{FieldValue, body, choices, inline, text_schema};

choices! {
    /// What a user is. Unknown values are to be ignored: later versions may add kinds.
    UserKind as "UserKind", is_open true;
}

body! {
    /// A user to create.
    NewUserRequest as "NewUser" {
        /// Unique username of letters and digits of any script and `@ . + - _`. It cannot be changed.
        username: required Username,
        /// Password for logging in. Required for a person, refused for a service. It may be neither the
        /// username nor a common password.
        password: optional ChosenPassword,
        /// Whether the user is a person or a service; a person by default.
        kind: optional UserKind,
        /// Email address, or an empty string.
        email: optional Email,
        /// First name.
        first_name: optional PersonName,
        /// Last name.
        last_name: optional PersonName,
        /// Whether the user is staff; `false` by default.
        is_staff: optional bool,
    }
    |fields| {
        let kind = kind.unwrap_or(UserKind::Person);
        if fields.are_valid(&["kind", "password"]) {
            fields.check("password", Some(kind.check_password(password.is_some())));
        }
        let name = username.as_ref().map_or("", Username::as_str);
        let password = password.map(|ChosenPassword(password)| NewPassword::new(password, name));
        let password = fields.check("password", password);
        Some(Self {
            kind,
            username: username?,
            password,
            profile: Profile {
                email: email.unwrap_or_default(),
                first_name: first_name.unwrap_or_default(),
                last_name: last_name.unwrap_or_default(),
            },
            is_staff: is_staff.unwrap_or_default(),
        })
    }
}

body! {
    /// Changes to a user. Omitted fields keep their values.
    UserEdit as "UserEdit" {
        /// Email address, or an empty string.
        email: optional Email,
        /// First name.
        first_name: optional PersonName,
        /// Last name.
        last_name: optional PersonName,
        /// Whether the user may log in.
        is_active: optional bool,
        /// Whether the user is staff.
        is_staff: optional bool,
    }
    |fields| {
        Some(Self { username: None, email, first_name, last_name, is_active, is_staff })
    }
}

pub(super) struct PasswordChange {
    pub(super) old: Password,
    pub(super) new: Password,
}

body! {
    /// The caller's current and new password.
    PasswordChange as "PasswordChange" {
        /// Current password.
        old_password: required Password,
        /// New password. It may be neither the username nor a common password.
        new_password: required ChosenPassword,
    }
    |fields| Some(Self { old: old_password?, new: new_password?.0 })
}

impl FieldValue for Password {
    fn schema() -> MetaSchemaRef {
        password_schema(1)
    }

    fn read(value: Value) -> Result<Self, FieldError> {
        let text = Text::<{ Self::MAX }>::read(value)?;
        Ok(Self::new(text.into_string()))
    }
}

fn password_schema(min: usize) -> MetaSchemaRef {
    inline(MetaSchema { format: Some("password"), ..text_schema(Some(min), Password::MAX) })
}

/// A password to be set. Whether it is good enough depends on the username, and is checked with it.
struct ChosenPassword(Password);

impl FieldValue for ChosenPassword {
    fn schema() -> MetaSchemaRef {
        password_schema(Password::MIN)
    }

    fn read(value: Value) -> Result<Self, FieldError> {
        Password::read(value).map(Self)
    }
}

/// Declares values that the core reads from strings, with their schemas.
macro_rules! string_values {
    ($($value:ty => $schema:expr;)+) => {$(
        impl FieldValue for $value {
            fn schema() -> MetaSchemaRef {
                inline($schema)
            }

            fn read(value: Value) -> Result<Self, FieldError> {
                Self::new(String::read(value)?)
            }
        }
    )+};
}

string_values! {
    // Languages do not agree on `\w`, and generators fail at escapes: the description lists the characters.
    Username => MetaSchema {
        pattern: Some(r"^\S+$".to_owned()),
        ..text_schema(Some(1), Self::MAX)
    };
    Email => MetaSchema {
        pattern: Some(r"^([^@]+@[^@]+)?$".to_owned()),
        ..text_schema(None, Self::MAX)
    };
    PersonName => text_schema(None, Self::MAX);
}
