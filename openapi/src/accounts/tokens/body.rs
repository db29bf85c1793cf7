use leopard_core::domain::account::{Password, Username};
use leopard_core::domain::text::Text;

use crate::framework::payload::body;

/// A token; tokens of this server have a few hundred characters.
type TokenText = Text<10_000>;

pub(super) struct Credentials {
    pub(super) username: String,
    pub(super) password: Password,
}

body! {
    /// A username and its password.
    Credentials as "Credentials" {
        /// Username.
        username: required Text<{ Username::MAX }>,
        /// Password.
        password: required Password,
    }
    |fields| Some(Self { username: username?.into_string(), password: password? })
}

pub(super) struct Refresh(pub(super) String);

body! {
    /// The refresh token of a session.
    Refresh as "RefreshToken" {
        /// The `refresh` token.
        refresh: required TokenText,
    }
    |fields| Some(Self(refresh?.into_string()))
}

pub(super) struct AnyToken(pub(super) String);

body! {
    /// A token to verify.
    AnyToken as "TokenToVerify" {
        /// An access, refresh or stream token.
        token: required TokenText,
    }
    |fields| Some(Self(token?.into_string()))
}
