//! Doorbells: how open streams hear that a mailbox has changed.

pub mod local;
