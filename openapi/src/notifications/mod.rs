//! The caller's inbox.

mod api;
mod body;
mod item;
mod meta_info;
mod names;
mod new_body;
mod preferences;
mod switches;
mod view;

pub(crate) use api::NotificationsApi;
pub(crate) use item::NotificationApi;
pub(crate) use meta_info::MetaInfoView;
pub(crate) use names::NotificationTypeName;
pub(crate) use preferences::PreferencesApi;
