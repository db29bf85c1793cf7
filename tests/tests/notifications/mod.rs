//! Notifications: what users read and switch off, and what other systems announce.

mod announcements;
mod edits;
mod idempotent_announcements;
mod own_types;
mod preferences;
mod two_devices;
