//! Users, logins, passwords and tokens.

mod deactivation;
mod first_password;
mod forged_token;
mod invalid_token;
mod invalid_user;
mod refresh;
mod security_log;
mod shared_secret;
mod throttle;
mod users;
