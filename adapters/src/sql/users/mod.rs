//! Users and their sessions.

mod change;
mod directory;
mod locks;
mod repository;
mod sessions;
