use leopard_core::domain::account::{
    Email, NewPassword, Password, PersonName, Profile, UserEdit, Username,
};
use leopard_core::domain::field::{FieldError, FieldErrors};
use leopard_core::service::accounts::NewUserRequest;
use poem_openapi::Object;
use serde_json::Value;

use crate::framework::payload::{Fields, ReadBody, boolean, string, text};

/// A user that somebody wants to have made.
#[derive(Object)]
#[oai(rename = "NewUser")]
pub(crate) struct NewUserBody {
    /// Unique name, of letters and digits of any script and `@ . + - _`. It is not changed later.
    // Languages do not agree on `\w`: the pattern only leaves out what no name has of ASCII.
    #[oai(validator(
        min_length = 1,
        max_length = 150,
        pattern = r"^[^\u0000-\u002a\u002c\u002f\u003a-\u003f\u005b-\u005e\u0060\u007b-\u007f]+$"
    ))]
    username: String,
    /// The password that the user will log in with: not the user name, and not a common one.
    #[oai(validator(min_length = 8, max_length = 1000))]
    password: String,
    /// E-mail address, or an empty text.
    #[oai(validator(max_length = 254, pattern = r"^([^@\u0000]+@[^@\u0000]+)?$"))]
    email: Option<String>,
    /// Given name.
    #[oai(validator(max_length = 150))]
    first_name: Option<String>,
    /// Family name.
    #[oai(validator(max_length = 150))]
    last_name: Option<String>,
    /// Whether the user may administer; not unless said otherwise.
    is_staff: Option<bool>,
}

impl ReadBody for NewUserRequest {
    type Shape = NewUserBody;

    fn read(fields: &mut Fields) -> Result<Self, FieldErrors> {
        let username = fields.required("username", |value| Username::new(string(value)?));
        let name = username.as_ref().map_or("", Username::as_str);
        let password =
            fields.required("password", |value| NewPassword::new(password(value)?, name));
        let profile = Profile {
            email: fields.optional("email", email).unwrap_or_default(),
            first_name: fields.optional("first_name", name_of).unwrap_or_default(),
            last_name: fields.optional("last_name", name_of).unwrap_or_default(),
        };
        let is_staff = fields.optional("is_staff", |value| boolean(&value));
        let user = username.zip(password).map(|(username, password)| Self {
            username,
            password,
            profile,
            is_staff: is_staff.unwrap_or_default(),
        });
        fields.finish(user)
    }
}

/// What a user is to have from now on; what is absent stays as it is.
#[derive(Object)]
#[oai(rename = "UserEdit")]
pub(crate) struct UserEditBody {
    /// E-mail address, or an empty text.
    #[oai(validator(max_length = 254, pattern = r"^([^@\u0000]+@[^@\u0000]+)?$"))]
    email: Option<String>,
    /// Given name.
    #[oai(validator(max_length = 150))]
    first_name: Option<String>,
    /// Family name.
    #[oai(validator(max_length = 150))]
    last_name: Option<String>,
    /// Whether the user may log in.
    is_active: Option<bool>,
    /// Whether the user may administer.
    is_staff: Option<bool>,
}

impl ReadBody for UserEdit {
    type Shape = UserEditBody;

    fn read(fields: &mut Fields) -> Result<Self, FieldErrors> {
        let edit = Self {
            email: fields.optional("email", email),
            first_name: fields.optional("first_name", name_of),
            last_name: fields.optional("last_name", name_of),
            is_active: fields.optional("is_active", |value| boolean(&value)),
            is_staff: fields.optional("is_staff", |value| boolean(&value)),
        };
        fields.finish(Some(edit))
    }
}

/// Another password for the caller.
pub(super) struct PasswordChange {
    pub(super) old: Password,
    pub(super) new: Password,
}

/// The password that the caller has, and the one that they want to have.
#[derive(Object)]
#[oai(rename = "PasswordChange")]
pub(super) struct PasswordChangeBody {
    /// The password that the caller has.
    #[oai(validator(min_length = 1, max_length = 1000))]
    old_password: String,
    /// The one that they want to have: not their user name, and not a common one.
    #[oai(validator(min_length = 8, max_length = 1000))]
    new_password: String,
}

impl ReadBody for PasswordChange {
    type Shape = PasswordChangeBody;

    fn read(fields: &mut Fields) -> Result<Self, FieldErrors> {
        let old = fields.required("old_password", password);
        let new = fields.required("new_password", password);
        let change = old.zip(new).map(|(old, new)| Self { old, new });
        fields.finish(change)
    }
}

fn password(value: Value) -> Result<Password, FieldError> {
    let text = text::<{ Password::MAX }>(value)?;
    Ok(Password::offered(text.into_string()))
}

fn email(value: Value) -> Result<Email, FieldError> {
    Email::new(string(value)?)
}

fn name_of(value: Value) -> Result<PersonName, FieldError> {
    PersonName::new(string(value)?)
}
