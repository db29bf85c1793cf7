use std::sync::Arc;

use leopard_core::domain::id::NotificationId;
use leopard_core::domain::notification::{Notification, NotificationEdit, TypeCatalog};
use leopard_core::port::Clock;
use leopard_core::service::notifications::{Inbox, NotificationTypes};
use poem_openapi::OpenApi;

use super::view::NotificationView;
use crate::api::Tag;
use crate::auth::NotificationReader;
use crate::framework::payload::{Json, JsonBody, Path};
use crate::framework::response::{Deleted, JsonResult};
use crate::problem::Problem;

pub(crate) struct NotificationItemApi {
    pub(crate) inbox: Inbox,
    pub(crate) types: NotificationTypes,
    pub(crate) clock: Arc<dyn Clock>,
}

#[OpenApi(prefix_path = "/api/v1/notifications", tag = "Tag::Notifications")]
impl NotificationItemApi {
    /// Get a notification
    ///
    /// Returns a notification of the caller, without marking it as read.
    #[oai(path = "/:id/", method = "get", operation_id = "getNotification")]
    async fn read(
        &self,
        caller: NotificationReader,
        id: Path<NotificationId>,
    ) -> JsonResult<NotificationView> {
        let types = self.types.catalog().await?;
        Ok(self.show(self.inbox.read(caller.0.user.id, id.0).await?, &types))
    }

    /// Delete a notification
    ///
    /// Removes a notification of the caller from the inbox and the unread count, and erases its content.
    /// Its sequence is not reused.
    #[oai(path = "/:id/", method = "delete", operation_id = "deleteNotification")]
    async fn delete(
        &self,
        caller: NotificationReader,
        id: Path<NotificationId>,
    ) -> Result<Deleted, Problem> {
        self.inbox.delete(caller.0.user.id, id.0).await?;
        Ok(Deleted::Deleted)
    }

    /// Mark a notification as read
    ///
    /// Marks a notification of the caller as read. A read notification stays unchanged.
    #[oai(path = "/:id/mark_read/", method = "post", operation_id = "markNotificationRead")]
    async fn mark_read(
        &self,
        caller: NotificationReader,
        id: Path<NotificationId>,
    ) -> JsonResult<NotificationView> {
        let types = self.types.catalog().await?;
        Ok(self.show(self.inbox.mark_read(caller.0.user.id, id.0).await?, &types))
    }

    /// Update a notification
    ///
    /// Sets whether a notification of the caller is read and completed. Omitted fields keep their values.
    #[oai(
        path = "/:id/update_notification/",
        method = "patch",
        operation_id = "updateNotification"
    )]
    async fn update(
        &self,
        caller: NotificationReader,
        id: Path<NotificationId>,
        body: JsonBody<NotificationEdit>,
    ) -> JsonResult<NotificationView> {
        let types = self.types.catalog().await?;
        Ok(self.show(self.inbox.edit(caller.0.user.id, id.0, body.0).await?, &types))
    }

    /// Update a notification (legacy method)
    ///
    /// The same as `PATCH`, which new clients should use: omitted fields keep their values here, too.
    #[oai(
        path = "/:id/update_notification/",
        method = "put",
        operation_id = "updateNotificationByPut",
        deprecated = true
    )]
    async fn update_by_put(
        &self,
        caller: NotificationReader,
        id: Path<NotificationId>,
        body: JsonBody<NotificationEdit>,
    ) -> JsonResult<NotificationView> {
        self.update(caller, id, body).await
    }
}

impl NotificationItemApi {
    fn show(&self, notification: Notification, types: &TypeCatalog) -> Json<NotificationView> {
        Json(NotificationView::of(notification, types, self.clock.now()))
    }
}
