//! Users, sessions, passwords and tokens.

mod api_key;
mod client;
mod edit;
mod email;
mod login;
mod password;
mod profile;
mod scope;
pub mod search;
mod security_event;
mod session;
mod token;
mod user;

pub use api_key::{ApiKey, KeyHash, KeyLabel, KeySecret, NewApiKey, PresentedKey};
pub use client::ClientNetwork;
pub use edit::UserEdit;
pub use email::Email;
pub use login::{Login, LoginFacts};
pub use password::{NewPassword, Password, PasswordHash};
pub use profile::{PersonName, Profile};
pub use scope::{Scope, Scopes};
pub use search::{SearchTerms, SearchWord};
pub use security_event::{Actor, SecurityEvent, SecurityEventKind};
pub use session::{RefreshUse, Session, SpentToken};
pub use token::{Claims, TokenKind};
pub use user::{
    Credentials, ExternalId, NewUser, User, UserKind, UserNames, UserSummary, Username,
    WithUserNames,
};
