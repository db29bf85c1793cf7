//! All operations together.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;

use leopard_core::Core;
use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem_openapi::registry::{MetaApi, Registry};
use poem_openapi::{OpenApi, Tags};

use crate::accounts::{KeysApi, ProvisioningApi, TokensApi, UsersApi};
use crate::health::{HealthApi, HealthProbe};
use crate::notifications::{InboxApi, NotificationItemApi, NotificationTypesApi, PreferencesApi};
use crate::stream::StreamApi;
use crate::tasks::{TaskCollectionApi, TaskCommentsApi, TaskItemApi};

/// The sections of the document.
#[derive(Tags)]
pub(crate) enum Tag {
    /// Log in, refresh and verify tokens, log out.
    Tokens,
    /// Create, assign, update and track tasks.
    Tasks,
    /// The caller's inbox and its preferences.
    Notifications,
    /// The types of notifications.
    NotificationTypes,
    /// The live stream of notifications, for `EventSource` and libraries of Server-Sent Events.
    Stream,
    /// The directory of users, the caller's account and, for staff, all accounts.
    Users,
    /// API keys, for programs that call the API without a login.
    Keys,
    /// Liveness, readiness and status checks.
    Health,
}

pub(crate) type Api = (
    TokensApi,
    TaskCollectionApi,
    TaskItemApi,
    TaskCommentsApi,
    InboxApi,
    NotificationItemApi,
    PreferencesApi,
    NotificationTypesApi,
    StreamApi,
    UsersApi,
    ProvisioningApi,
    KeysApi,
    HealthApi,
);

/// All resources with their services.
pub(crate) fn api(core: Core, health: Arc<dyn HealthProbe>) -> Api {
    let Core { accounts, tasks, announcements, inbox, streams, clock, .. } = core;
    let types = core.notification_types;
    (
        TokensApi { accounts: accounts.clone() },
        TaskCollectionApi { tasks: tasks.clone(), clock: clock.clone() },
        TaskItemApi { tasks: tasks.clone(), clock: clock.clone() },
        TaskCommentsApi { tasks },
        InboxApi {
            announcements,
            inbox: inbox.clone(),
            types: types.clone(),
            clock: clock.clone(),
        },
        NotificationItemApi { inbox, types: types.clone(), clock },
        PreferencesApi { accounts: accounts.clone(), types: types.clone() },
        NotificationTypesApi { types },
        StreamApi { accounts: accounts.clone(), streams },
        UsersApi { accounts: accounts.clone() },
        ProvisioningApi { accounts: accounts.clone() },
        KeysApi { accounts },
        HealthApi { health },
    )
}

/// The metadata of an API without its services, for the document.
pub(crate) struct ApiMetadata<T>(PhantomData<T>);

impl<T> ApiMetadata<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: OpenApi> OpenApi for ApiMetadata<T> {
    fn meta() -> Vec<MetaApi> {
        T::meta()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn add_routes(self, _: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {}
}
