//! Users, logins, passwords and tokens.

mod api_keys;
mod deactivation;
mod first_password;
mod forged_token;
mod invalid_token;
mod provisioning;
mod refresh;
mod refused_changes;
mod security_log;
mod service_users;
mod shared_secret;
mod throttle;
mod users;
