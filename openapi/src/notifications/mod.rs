//! The caller's inbox.

mod api;
mod body;
mod definitions;
mod item;
mod meta_info;
mod preferences;
mod preferences_view;
mod recipients;
mod type_name;
mod url;
mod view;

pub(crate) use api::InboxApi;
pub(crate) use definitions::NotificationTypesApi;
pub(crate) use item::NotificationItemApi;
pub(crate) use meta_info::MetaInfoView;
pub(crate) use preferences::PreferencesApi;
pub(crate) use type_name::TypeName;
