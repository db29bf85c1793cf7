//! The caller's inbox.

mod api;
mod body;
mod item;
mod names;
mod view;

pub(crate) use api::NotificationsApi;
pub(crate) use item::NotificationApi;
pub(crate) use names::NotificationTypeName;
pub(crate) use view::MetaInfoView;
