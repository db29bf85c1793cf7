//! Tasks.

mod api;
mod body;
mod comment_view;
mod comments_api;
mod entity_tag;
mod item;
mod list_query;
mod reader_view;
mod user_name;
mod view;

pub(crate) use api::TaskCollectionApi;
pub(crate) use comments_api::TaskCommentsApi;
pub(crate) use item::TaskItemApi;
