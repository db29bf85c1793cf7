use leopard_core::domain::account::{Password, Username};
use leopard_core::domain::field::FieldErrors;
use poem_openapi::Object;

use crate::framework::payload::{Fields, ReadBody, text};

/// The most characters of a token: ours have a few hundred.
const MAX_TOKEN: usize = 10_000;

/// Who wants to log in.
pub(super) struct Credentials {
    pub(super) username: String,
    pub(super) password: Password,
}

/// A name and its password.
#[derive(Object)]
#[oai(rename = "Credentials")]
pub(super) struct CredentialsBody {
    /// Unique name.
    #[oai(validator(min_length = 1, max_length = 150))]
    username: String,
    /// The password.
    #[oai(validator(min_length = 1, max_length = 1000))]
    password: String,
}

impl ReadBody for Credentials {
    type Shape = CredentialsBody;

    fn read(fields: &mut Fields) -> Result<Self, FieldErrors> {
        let username = fields.required("username", text::<{ Username::MAX }>);
        let password = fields.required("password", text::<{ Password::MAX }>);
        let credentials = username.zip(password).map(|(username, password)| Self {
            username: username.into_string(),
            password: Password::offered(password.into_string()),
        });
        fields.finish(credentials)
    }
}

/// A refresh token.
pub(super) struct Refresh(pub(super) String);

/// The token that stands for a login.
#[derive(Object)]
#[oai(rename = "RefreshToken")]
pub(super) struct RefreshBody {
    /// The `refresh` token.
    #[oai(validator(min_length = 1, max_length = 10000))]
    refresh: String,
}

impl ReadBody for Refresh {
    type Shape = RefreshBody;

    fn read(fields: &mut Fields) -> Result<Self, FieldErrors> {
        let token = fields.required("refresh", text::<MAX_TOKEN>);
        fields.finish(token.map(|token| Self(token.into_string())))
    }
}

/// A token of any kind.
pub(super) struct AnyToken(pub(super) String);

/// A token that somebody holds.
#[derive(Object)]
#[oai(rename = "TokenToVerify")]
pub(super) struct AnyTokenBody {
    /// The token, of any kind.
    #[oai(validator(min_length = 1, max_length = 10000))]
    token: String,
}

impl ReadBody for AnyToken {
    type Shape = AnyTokenBody;

    fn read(fields: &mut Fields) -> Result<Self, FieldErrors> {
        let token = fields.required("token", text::<MAX_TOKEN>);
        fields.finish(token.map(|token| Self(token.into_string())))
    }
}
