//! The notification types and their definitions.

use std::sync::Arc;

use crate::Failure;
use crate::domain::access;
use crate::domain::account::User;
use crate::domain::notification::{
    NotificationType, TypeCatalog, TypeChange, TypeDefinition, TypeOutcome, TypeRequest,
};
use crate::domain::page::{Page, PageRequest};
use crate::port::NotificationTypeRepository;

/// The service of notification types, and the port that it uses. Every method fails with
/// [`Failure::Unavailable`] if the store cannot be reached.
#[derive(Clone)]
pub struct NotificationTypes {
    pub types: Arc<dyn NotificationTypeRepository>,
}

impl NotificationTypes {
    /// All types. They may come from a cache that does not know the changes of the last seconds.
    pub async fn catalog(&self) -> Result<Arc<TypeCatalog>, Failure> {
        self.types.catalog().await
    }

    /// One page of the types: first the built-in ones, then the others by name.
    ///
    /// # Errors
    ///
    /// [`Failure::InvalidPage`]
    pub async fn list(&self, page: PageRequest) -> Result<Page<TypeDefinition>, Failure> {
        self.catalog().await?.page(page).within_bounds()
    }

    /// Defines a type, and returns its definition and whether it is new.
    ///
    /// # Errors
    ///
    /// [`Failure::PermissionDenied`] unless the caller is staff, [`Failure::Invalid`] with the errors of
    /// [`TypeRequest::define`] and [`TypeCatalog::check`].
    pub async fn define(
        &self,
        caller: &User,
        name: NotificationType,
        request: TypeRequest,
    ) -> Result<(TypeOutcome, TypeDefinition), Failure> {
        access::may_administer(caller)?;
        let definition = request.define(name).map_err(Failure::Invalid)?;
        let outcome = self.types.commit(TypeChange::Define(definition.clone())).await?;
        Ok((outcome, definition))
    }

    /// Deletes a type: it can no longer be sent. Its notifications stay.
    ///
    /// # Errors
    ///
    /// [`Failure::PermissionDenied`] unless the caller is staff, [`Failure::NotFound`] for an unknown type,
    /// [`Failure::TypeRequired`] for types of tasks and system alerts.
    pub async fn delete(&self, caller: &User, name: NotificationType) -> Result<(), Failure> {
        access::may_administer(caller)?;
        self.types.commit(TypeChange::Delete(name)).await.map(|_| ())
    }
}
