//! What fails: processes, disks, files, databases.

mod crash;
mod disk_full;
mod file_exhaustion;
mod postgres_lost_response;
mod postgres_outage;
mod postgres_restart;
mod silent_database;
