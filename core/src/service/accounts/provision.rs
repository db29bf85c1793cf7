//! Creating and changing persons by their ids in another system.

use super::Accounts;
use crate::Failure;
use crate::domain::access;
use crate::domain::account::{
    Actor, ClientNetwork, ExternalId, NewUser, Profile, Scopes, SecurityEventKind, User, UserEdit,
    UserKind, Username,
};
use crate::domain::change::{Administrator, UserChange};
use crate::domain::field::FieldError;
use crate::domain::idempotency::Outcome;

/// A user after [`Accounts::provision`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provisioned {
    pub user: User,
    /// Whether the user was created.
    pub is_new: bool,
}

impl Accounts {
    /// Creates the person with this external id, without a password, or makes the edit if there is one. The
    /// username of a new person is the external id if it has the form of one. An existing user without
    /// this external id is never changed, whatever the username.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] for a username that is taken, and if there is none and the external id has not
    /// the form of one; those of [`Accounts::edit_user`].
    pub async fn provision(
        &self,
        caller: &User,
        scopes: Option<&Scopes>,
        external_id: ExternalId,
        edit: UserEdit,
        client: ClientNetwork,
    ) -> Result<Provisioned, Failure> {
        let by = access::may_write_users(caller, scopes)?;
        if let Some(known) = self.find_external(&external_id).await? {
            return self.update(caller, scopes, known, edit, client).await;
        }
        match self.create_provisioned(external_id.clone(), &edit, by).await {
            Err(Failure::Conflict) => {
                // Another request may have created the same person meanwhile.
                let known = self.find_external(&external_id).await?;
                let known =
                    known.ok_or_else(|| Failure::field("username", FieldError::UsernameTaken))?;
                self.update(caller, scopes, known, edit, client).await
            }
            created => {
                let user = created?;
                let actor = Actor::user(caller.id, client);
                self.log(actor, SecurityEventKind::UserProvisioned, Some(user.id));
                Ok(Provisioned { user, is_new: true })
            }
        }
    }

    /// The person with this external id.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`], and those of [`access::may_write_users`].
    pub async fn read_provisioned(
        &self,
        caller: &User,
        scopes: Option<&Scopes>,
        external_id: &ExternalId,
    ) -> Result<User, Failure> {
        access::may_write_users(caller, scopes)?;
        self.find_external(external_id).await?.ok_or(Failure::NotFound)
    }

    /// The user with this external id, active or not.
    pub async fn find_external(&self, id: &ExternalId) -> Result<Option<User>, Failure> {
        let ids = vec![id.as_str().to_owned()];
        Ok(self.uncached_users.find_external(ids).await?.into_iter().next())
    }

    /// Makes the edit, without a commit if it changes nothing: programs repeat it at each login of a user.
    async fn update(
        &self,
        caller: &User,
        scopes: Option<&Scopes>,
        known: User,
        edit: UserEdit,
        client: ClientNetwork,
    ) -> Result<Provisioned, Failure> {
        let edit = if edit.applied_to(&known) == known { UserEdit::default() } else { edit };
        let user = self.edit_user(caller, scopes, known.id, edit, client).await?;
        Ok(Provisioned { user, is_new: false })
    }

    async fn create_provisioned(
        &self,
        external_id: ExternalId,
        edit: &UserEdit,
        by: Administrator,
    ) -> Result<User, Failure> {
        let username = match &edit.username {
            Some(username) => username.clone(),
            None => Username::new(external_id.as_str().to_owned())
                .map_err(|_| Failure::field("username", FieldError::Required))?,
        };
        let user = NewUser {
            kind: UserKind::Person,
            username,
            external_id: Some(external_id),
            password: None,
            profile: Profile {
                email: edit.email.clone().unwrap_or_default(),
                first_name: edit.first_name.clone().unwrap_or_default(),
                last_name: edit.last_name.clone().unwrap_or_default(),
            },
            is_staff: false,
            is_active: edit.is_active.unwrap_or(true),
            created_at: self.clock.now(),
        };
        let change = UserChange::Create { user, by };
        self.users.commit(change, None).await.and_then(Outcome::into_created)
    }
}
