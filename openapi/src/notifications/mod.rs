//! The caller's inbox.

mod api;
mod body;
mod item;
mod meta_info;
mod preferences;
mod switches;
mod view;

pub(crate) use api::NotificationsApi;
pub(crate) use item::NotificationApi;
pub(crate) use meta_info::MetaInfoView;
pub(crate) use preferences::PreferencesApi;
