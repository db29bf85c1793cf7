//! The caller's inbox.

mod api;
mod body;
mod item;
mod meta_info;
mod preferences;
mod preferences_view;
mod recipients;
mod url;
mod view;

pub(crate) use api::InboxApi;
pub(crate) use item::NotificationItemApi;
pub(crate) use meta_info::MetaInfoView;
pub(crate) use preferences::PreferencesApi;
