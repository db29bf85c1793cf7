use leopard_core::Failure;
use leopard_core::domain::notification::{NotificationType, TypeDefinition, TypeRequest};
use leopard_core::service::notifications::NotificationTypes;
use poem::Request;
use poem_openapi::OpenApi;

use super::view::{DefinedType, NotificationTypePage, TypeView};
use crate::api::Tag;
use crate::auth::{Anyone, Staff};
use crate::framework::payload::{Json, JsonBody, Path};
use crate::framework::query::{QueryParam, page_request, shape};
use crate::framework::response::{Deleted, JsonResult};
use crate::problem::{MayBeForbidden, Refusal, Refusals, Refused};

pub(crate) struct NotificationTypesApi {
    pub(crate) types: NotificationTypes,
}

struct NotDeleted;

impl Refusals for NotDeleted {
    const ALL: &'static [Refused] = &[
        Refused::usual(403),
        Refused::own(409, "The server needs the type (`type_required`).", || Failure::TypeRequired),
    ];
}

#[OpenApi(prefix_path = "/api/v1/notification-types", tag = "Tag::NotificationTypes")]
impl NotificationTypesApi {
    /// List notification types
    ///
    /// Lists the types that can be sent: first those that every server knows, then the others by name. A change
    /// shows on every node within 5 seconds.
    #[oai(path = "/", method = "get", operation_id = "listNotificationTypes")]
    async fn list(
        &self,
        _caller: Anyone,
        request: &Request,
        page: QueryParam<shape::PageNumber>,
        page_size: QueryParam<shape::PageSize>,
    ) -> JsonResult<NotificationTypePage> {
        let page = page_request(page.text(), page_size.text())?;
        let found = self.types.list(page).await?;
        Ok(Json(NotificationTypePage::of(request, found, |one: TypeDefinition| {
            TypeView::from(one)
        })))
    }

    /// Define a notification type
    ///
    /// Allowed for staff. Creates a type, or gives a known one a new definition, in which omitted fields have
    /// their defaults. There may be up to 200 types beside those that every server knows. Notifications that were
    /// sent keep their texts. `SYSTEM_ALERT` cannot become a type that users can mute: 400 on that field.
    #[oai(path = "/:name/", method = "put", operation_id = "putNotificationType")]
    async fn define(
        &self,
        staff: Staff,
        name: Path<NotificationType>,
        body: JsonBody<TypeRequest>,
    ) -> Result<DefinedType, MayBeForbidden> {
        let defined = self.types.define(&staff.0.user, name.0, body.0).await?;
        Ok(defined.into())
    }

    /// Delete a notification type
    ///
    /// Allowed for staff. The type can no longer be sent; its notifications stay, and so do the preferences of
    /// users. 409 for the types of tasks and for `SYSTEM_ALERT`.
    #[oai(path = "/:name/", method = "delete", operation_id = "deleteNotificationType")]
    async fn delete(
        &self,
        staff: Staff,
        name: Path<NotificationType>,
    ) -> Result<Deleted, Refusal<NotDeleted>> {
        self.types.delete(&staff.0.user, name.0).await?;
        Ok(Deleted::Deleted)
    }
}
