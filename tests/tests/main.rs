//! The integration tests: one binary, one module an area. They run side by side, so each has servers,
//! databases and directories of its own. Tests that measure are in `tests/load`.

mod accounts;
mod databases;
mod faults;
mod http;
mod notifications;
mod operations;
mod project;
mod streams;
mod tasks;
