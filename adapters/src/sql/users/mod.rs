//! Users, their sessions and their API keys.

mod api_keys;
mod change;
mod directory;
mod locks;
mod repository;
mod sessions;
