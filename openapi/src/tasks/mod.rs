//! Tasks.

mod actions;
mod answer;
mod api;
mod body;
mod comment_view;
mod comments_api;
mod editor;
mod entity_tag;
mod item;
mod list_query;
mod reader_view;
mod view;

pub(crate) use actions::TaskActionsApi;
pub(crate) use api::TasksApi;
pub(crate) use comments_api::TaskCommentsApi;
pub(crate) use editor::Editor;
pub(crate) use item::TaskApi;
