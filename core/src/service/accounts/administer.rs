use super::Accounts;
use crate::Failure;
use crate::domain::change::UserChange;
use crate::domain::field::FieldError;
use crate::domain::page::{Page, PageRequest};
use crate::domain::password::Password;
use crate::domain::token::TokenKind;
use crate::domain::user::{NewUser, Profile, User, Username};

/// A user that somebody wants to have made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUserRequest {
    /// Unique name.
    pub username: String,
    /// The password that the user will log in with.
    pub password: Password,
    /// E-mail address, possibly empty.
    pub email: String,
    /// Given name, possibly empty.
    pub first_name: String,
    /// Family name, possibly empty.
    pub last_name: String,
    /// Whether the user may administer.
    pub is_staff: bool,
}

impl Accounts {
    /// Makes a user.
    pub async fn create_user(&self, request: NewUserRequest) -> Result<User, Failure> {
        let user = self.prepare(request).await?;
        match self.users.commit(UserChange::Create(user)).await {
            Err(Failure::Conflict) => Err(Failure::field("username", FieldError::UsernameTaken)),
            outcome => outcome,
        }
    }

    /// Makes a user if there is none at all.
    pub async fn create_first_user(
        &self,
        request: NewUserRequest,
    ) -> Result<Option<User>, Failure> {
        if self.users.list(PageRequest::first(1)).await?.total > 0 {
            return Ok(None);
        }
        let user = self.prepare(request).await?;
        match self.users.commit(UserChange::CreateFirst(user)).await {
            Err(Failure::Conflict) => Ok(None),
            outcome => outcome.map(Some),
        }
    }

    /// Gives a user another password; logins from before do not count any more.
    pub async fn set_password(
        &self,
        username: String,
        password: Password,
    ) -> Result<User, Failure> {
        let user = self.user_named(username).await?;
        let known = Username::new(user.username.clone())
            .map_err(|error| Failure::field("username", error))?;
        let password = Password::chosen(password.reveal().to_owned(), &known)
            .map_err(|error| Failure::field("password", error))?;
        let password = self.passwords.hash(password).await?;
        let at = self.clock.now();
        self.users
            .commit(UserChange::SetPassword {
                user: user.id,
                password,
                at,
            })
            .await
    }

    /// Shuts a user out: tokens and streams end within seconds.
    pub async fn deactivate(&self, username: String) -> Result<User, Failure> {
        let user = self.user_named(username).await?;
        self.users.commit(UserChange::Deactivate(user.id)).await
    }

    /// One page of all users.
    pub async fn list_users(&self, page: PageRequest) -> Result<Page<User>, Failure> {
        self.users.list(page).await
    }

    /// An access token for scripts; it belongs to no login, so that only its expiry, a new
    /// password or deactivation end it.
    pub async fn access_token_for(&self, username: String) -> Result<String, Failure> {
        let user = self.active_user_named(username, "username").await?;
        let id = self.tokens.new_token_id();
        let lifetime = self.lifetimes.access;
        self.tokens
            .issue(self.claims(TokenKind::Access, user.id, None, id, lifetime))
    }

    /// The active user of this name; a fault is that of the field that named them.
    pub async fn active_user_named(&self, username: String, field: &str) -> Result<User, Failure> {
        let known = self.users.find_credentials(username.clone()).await?;
        known
            .map(|credentials| credentials.user)
            .filter(|user| user.is_active)
            .ok_or_else(|| Failure::field(field, FieldError::NoActiveUsername(username)))
    }

    async fn user_named(&self, username: String) -> Result<User, Failure> {
        let known = self.users.find_credentials(username.clone()).await?;
        known
            .map(|credentials| credentials.user)
            .ok_or_else(|| Failure::field("username", FieldError::UnknownUsername(username)))
    }

    /// Checks everything about a new user that can be checked without the store.
    async fn prepare(&self, request: NewUserRequest) -> Result<NewUser, Failure> {
        let username =
            Username::new(request.username).map_err(|error| Failure::field("username", error))?;
        let password = Password::chosen(request.password.reveal().to_owned(), &username)
            .map_err(|error| Failure::field("password", error))?;
        let profile = Profile::new(request.email, request.first_name, request.last_name)
            .map_err(Failure::Invalid)?;
        Ok(NewUser {
            username,
            password: self.passwords.hash(password).await?,
            profile,
            is_staff: request.is_staff,
            created_at: self.clock.now(),
        })
    }
}
