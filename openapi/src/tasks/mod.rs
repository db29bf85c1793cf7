//! Tasks.

mod actions;
mod api;
mod body;
mod comment_view;
mod comments_api;
mod editor;
mod entity_tag;
mod item;
mod list_query;
mod reader_view;
mod response;
mod view;

pub(crate) use actions::TaskActionsApi;
pub(crate) use api::TaskCollectionApi;
pub(crate) use comments_api::TaskCommentsApi;
pub(crate) use editor::Editor;
pub(crate) use item::TaskItemApi;
