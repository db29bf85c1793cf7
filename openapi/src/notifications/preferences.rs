use leopard_core::Failure;
use leopard_core::service::accounts::Accounts;
use leopard_core::service::notifications::NotificationTypes;
use poem_openapi::OpenApi;

use super::preferences_view::{PreferencesBody, PreferencesView};
use crate::api::Tag;
use crate::auth::NotificationReader;
use crate::framework::payload::{Json, JsonBody};
use crate::framework::response::JsonResult;

pub(crate) struct PreferencesApi {
    pub(crate) accounts: Accounts,
    pub(crate) types: NotificationTypes,
}

#[OpenApi(prefix_path = "/api/v1/notifications", tag = "Tag::Notifications")]
impl PreferencesApi {
    /// Get notification preferences
    ///
    /// Returns for each notification type whether the caller receives it.
    #[oai(path = "/preferences/", method = "get", operation_id = "getPreferences")]
    async fn read(&self, caller: NotificationReader) -> JsonResult<PreferencesView> {
        let preferences = self.accounts.preferences(caller.0.user.id).await?;
        Ok(Json(PreferencesView::of(&preferences, &*self.types.catalog().await?)))
    }

    /// Update notification preferences
    ///
    /// Enables or disables notification types; omitted types keep their setting. Disabled types create no
    /// notifications. The change takes effect on every node within 5 seconds and leaves existing
    /// notifications in the inbox. `SYSTEM_ALERT` and types whose `can_be_muted` is false cannot be disabled:
    /// 400 on that field.
    #[oai(path = "/preferences/", method = "put", operation_id = "updatePreferences")]
    async fn update(
        &self,
        caller: NotificationReader,
        body: JsonBody<PreferencesBody>,
    ) -> JsonResult<PreferencesView> {
        let types = self.types.catalog().await?;
        let edit = body.0.edit(&types).map_err(Failure::Invalid)?;
        let preferences = self.accounts.set_preferences(caller.0.user.id, edit).await?;
        Ok(Json(PreferencesView::of(&preferences, &types)))
    }
}
