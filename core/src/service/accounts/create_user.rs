use super::Accounts;
use crate::Failure;
use crate::domain::access;
use crate::domain::account::{
    Actor, ClientNetwork, NewPassword, NewUser, Password, Profile, SecurityEventKind, User,
    UserKind, Username,
};
use crate::domain::change::{Administrator, UserChange};
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::id::UserId;
use crate::domain::idempotency::{
    Committed, CreatedIds, IdempotencyKey, Operation, Outcome, RequestKey,
};
use crate::domain::page::PageRequest;
use crate::port::UserQuery;

/// A valid request to create a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUserRequest {
    pub kind: UserKind,
    /// Unique username.
    pub username: Username,
    /// `None` for a service.
    pub password: Option<NewPassword>,
    pub profile: Profile,
    pub is_staff: bool,
}

/// The texts of a request to create a user, unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUserTexts {
    pub kind: UserKind,
    /// Unique username.
    pub username: String,
    /// `None` for a service.
    pub password: Option<Password>,
    /// E-mail address, possibly empty.
    pub email: String,
    /// Given name, possibly empty.
    pub first_name: String,
    /// Family name, possibly empty.
    pub last_name: String,
    pub is_staff: bool,
}

impl NewUserTexts {
    /// Checks all texts.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] with the errors of all fields.
    pub fn read(self) -> Result<NewUserRequest, Failure> {
        let mut errors = FieldErrors::default();
        errors.note("password", self.kind.check_password(self.password.is_some()));
        let password = self.password.map(|password| NewPassword::new(password, &self.username));
        let password = errors.note("password", password.transpose());
        let username = errors.note("username", Username::new(self.username));
        let profile = Profile::new(self.email, self.first_name, self.last_name);
        let profile = profile.map_err(|others| errors.add_all(&others)).ok();
        match (username, password, profile) {
            (Some(username), Some(password), Some(profile)) if errors.is_empty() => {
                let Self { kind, is_staff, .. } = self;
                Ok(NewUserRequest { kind, username, password, profile, is_staff })
            }
            _ => Err(Failure::Invalid(errors)),
        }
    }
}

impl Accounts {
    /// Creates a user. A retry with the same key creates nothing and returns the user as they are now.
    ///
    /// # Errors
    ///
    /// [`Failure::PermissionDenied`] unless the caller is staff, [`Failure::Invalid`] if the username is
    /// taken, [`Failure::IdempotencyKeyReused`].
    pub async fn create_user(
        &self,
        caller: &User,
        request: NewUserRequest,
        key: Option<RequestKey>,
        client: ClientNetwork,
    ) -> Result<Outcome<User>, Failure> {
        access::may_administer(caller)?;
        let actor = Actor::user(caller.id, client);
        let by = Administrator::Staff(caller.id);
        let key = self.idempotency.key(key, caller.id, Operation::CreateUser)?;
        if let Some(created) = self.idempotency.lookup(key.as_ref()).await? {
            return self.replay(caller, &created).await;
        }
        match self.create(request, by, actor, key).await? {
            Outcome::Created(user) => Ok(Outcome::Created(user)),
            Outcome::Replayed(created) => self.replay(caller, &created).await,
        }
    }

    /// Creates a user for the operator.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] if the username is taken.
    pub async fn create_user_as_operator(&self, request: NewUserRequest) -> Result<User, Failure> {
        let by = Administrator::Operator;
        let created = self.create(request, by, Actor::OPERATOR, None).await?;
        created.into_created()
    }

    async fn create(
        &self,
        request: NewUserRequest,
        by: Administrator,
        actor: Actor,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<User>, Failure> {
        let user = self.prepare(request).await?;
        let change = UserChange::Create { user, by };
        let committed = self.users.commit(change, key).await.map_err(name_taken)?;
        if let Outcome::Created(user) = &committed {
            self.log_first_rights(actor, user);
        }
        Ok(committed)
    }

    /// Records the staff right of a new user.
    fn log_first_rights(&self, actor: Actor, user: &User) {
        if user.is_staff {
            let kind = SecurityEventKind::RightsChanged { is_staff: true };
            self.log(actor, kind, Some(user.id));
        }
    }

    async fn replay(&self, caller: &User, created: &CreatedIds) -> Result<Outcome<User>, Failure> {
        let user = self.read_user(caller, UserId(created.first()?)).await?;
        Ok(Outcome::Replayed(user))
    }

    /// Creates the first user, or returns `None` if there is one.
    pub async fn create_first_user(
        &self,
        request: NewUserRequest,
    ) -> Result<Option<User>, Failure> {
        let all = UserQuery::all(PageRequest::first(1));
        if self.users.list(all).await?.total > 0 {
            return Ok(None);
        }
        let user = self.prepare(request).await?;
        let first = UserChange::CreateFirst(user);
        match self.users.commit(first, None).await {
            Err(Failure::Conflict) => Ok(None),
            committed => {
                let first = committed?.into_created()?;
                self.log_first_rights(Actor::OPERATOR, &first);
                Ok(Some(first))
            }
        }
    }

    async fn prepare(&self, request: NewUserRequest) -> Result<NewUser, Failure> {
        let password = match request.password {
            Some(password) => Some(self.passwords.hash(password.into_password(), None).await?),
            None => None,
        };
        Ok(NewUser {
            kind: request.kind,
            username: request.username,
            external_id: None,
            password,
            profile: request.profile,
            is_staff: request.is_staff,
            is_active: true,
            created_at: self.clock.now(),
        })
    }
}

fn name_taken(failure: Failure) -> Failure {
    match failure {
        Failure::Conflict => Failure::field("username", FieldError::UsernameTaken),
        other => other,
    }
}
