//! All operations together.

use std::collections::HashMap;
use std::marker::PhantomData;

use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem_openapi::registry::{MetaApi, Registry};
use poem_openapi::{OpenApi, Tags};

use crate::accounts::{TokensApi, UsersApi};
use crate::health::HealthApi;
use crate::notifications::{NotificationApi, NotificationsApi, PreferencesApi};
use crate::services::Services;
use crate::stream::StreamApi;
use crate::tasks::{Editor, TaskActionsApi, TaskApi, TaskCommentsApi, TasksApi};

/// What an operation is about.
#[derive(Tags)]
pub(crate) enum Tag {
    /// Log in, stay logged in, log out.
    Tokens,
    /// Work that somebody is to do.
    Tasks,
    /// The caller's inbox, and the stream that brings it.
    Notifications,
    /// The directory, the caller's own account, and all accounts for staff.
    Users,
    /// How the server is.
    Health,
}

/// Every resource.
pub(crate) type Api = (
    TokensApi,
    TasksApi,
    TaskApi,
    TaskActionsApi,
    TaskCommentsApi,
    NotificationsApi,
    NotificationApi,
    PreferencesApi,
    StreamApi,
    UsersApi,
    HealthApi,
);

/// Every resource, with what it calls.
pub(crate) fn api(services: Services) -> Api {
    let Services {
        accounts,
        tasks,
        announcements,
        inbox,
        streams,
        clock,
        health,
        ..
    } = services;
    let editor = Editor {
        tasks: tasks.clone(),
        clock: clock.clone(),
    };
    (
        TokensApi {
            accounts: accounts.clone(),
        },
        TasksApi {
            tasks: tasks.clone(),
            clock: clock.clone(),
        },
        TaskApi {
            editor: editor.clone(),
        },
        TaskActionsApi { editor },
        TaskCommentsApi { tasks },
        NotificationsApi {
            announcements,
            inbox: inbox.clone(),
            clock: clock.clone(),
        },
        NotificationApi { inbox, clock },
        PreferencesApi {
            accounts: accounts.clone(),
        },
        StreamApi {
            accounts: accounts.clone(),
            streams,
        },
        UsersApi { accounts },
        HealthApi { health },
    )
}

/// What an API says of itself, without anything to call: the document needs no server.
pub(crate) struct Outline<T>(PhantomData<T>);

impl<T> Outline<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: OpenApi> OpenApi for Outline<T> {
    fn meta() -> Vec<MetaApi> {
        T::meta()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn add_routes(self, _: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {}
}
