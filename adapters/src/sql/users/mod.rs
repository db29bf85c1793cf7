//! Users and their sessions.

mod directory;
mod repository;
mod sessions;
