use leopard_core::service::accounts;
use poem_openapi::{ApiResponse, Object};
use serde::Serialize;

use crate::accounts::users::UserView;
use crate::framework::payload::Json;

/// An access token for a user.
#[derive(Object, Serialize)]
#[oai(rename = "IssuedToken")]
pub(super) struct IssuedTokenView {
    /// Access token for `Authorization: Bearer …`.
    access: String,
    /// Lifetime in seconds.
    expires_in: i64,
}

impl From<accounts::IssuedToken> for IssuedTokenView {
    fn from(issued: accounts::IssuedToken) -> Self {
        Self { access: issued.token, expires_in: issued.expires_in }
    }
}

/// The user after a change by external id.
#[derive(ApiResponse)]
pub(super) enum Provisioned {
    /// The user was known.
    #[oai(status = 200)]
    Known(Json<UserView>),
    /// The user was created.
    #[oai(status = 201)]
    Created(Json<UserView>),
}

impl From<accounts::Provisioned> for Provisioned {
    fn from(provisioned: accounts::Provisioned) -> Self {
        let user = Json(provisioned.user.into());
        if provisioned.is_new { Self::Created(user) } else { Self::Known(user) }
    }
}
