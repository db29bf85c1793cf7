//! Settings, the command line, the doctor, and the life of a process.

mod broker_settings;
mod cli;
mod cli_tasks;
mod doctor;
mod doctor_behind_nginx;
mod invalid_settings;
mod lifecycle;
mod service_manager;
mod settings;
