//! Stores and brokers: the conformance suites, backups, the database file, locks.

mod backup;
mod brokers;
mod check_command;
mod conformance;
mod database_file;
mod postgres;
mod postgres_database;
mod postgres_locks;
mod scenarios;
mod schema;
mod schema_guard;
mod sqlite_file;
