use leopard_core::domain::notification::PreferencesEdit;
use leopard_core::service::accounts::Accounts;
use poem_openapi::OpenApi;
use poem_openapi::payload::Json;

use super::switches::Switches;
use crate::api::Tag;
use crate::auth::SignedIn;
use crate::framework::payload::JsonBody;
use crate::problem::Problem;

/// What the caller wants to be told.
pub(crate) struct PreferencesApi {
    pub(crate) accounts: Accounts,
}

#[OpenApi(tag = "Tag::Notifications")]
impl PreferencesApi {
    /// Read what you want to be told
    ///
    /// Each type of notification, and whether the caller wants it: all of them, until they switch some
    /// off.
    #[oai(
        path = "/api/v1/notifications/preferences/",
        method = "get",
        operation_id = "getPreferences"
    )]
    async fn read(&self, caller: SignedIn) -> Result<Json<Switches>, Problem> {
        let preferences = self.accounts.preferences(caller.0.user.id).await?;
        Ok(Json(Switches(preferences)))
    }

    /// Change what you want to be told
    ///
    /// The types that are named are switched, the others stay as they are. Of a type that is off no
    /// notification is made, whoever causes it; on every node within 5 seconds. What was told before
    /// stays in the inbox. `SYSTEM_ALERT` cannot be switched off: 400 on that field.
    #[oai(
        path = "/api/v1/notifications/preferences/",
        method = "put",
        operation_id = "updatePreferences"
    )]
    async fn update(
        &self,
        caller: SignedIn,
        body: JsonBody<PreferencesEdit>,
    ) -> Result<Json<Switches>, Problem> {
        let preferences = self
            .accounts
            .set_preferences(caller.0.user.id, body.0)
            .await?;
        Ok(Json(Switches(preferences)))
    }
}
